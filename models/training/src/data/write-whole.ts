import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A value as the text of a JSON file. */
export const jsonText = (value: unknown, indent = 1): string => `${JSON.stringify(value, null, indent)}\n`;

/** Whether a file is one that `writeWhole` has not finished. */
export const isDraft = (name: string): boolean => name.endsWith('.part');

/**
 * Writes a file under a temporary name of its own first: a file that is there is whole, whoever else writes it at the same
 * time. Makes its folder.
 */
export async function writeWhole(file: string, content: Parameters<typeof writeFile>[1]): Promise<void> {
  const draft = `${file}.${randomUUID()}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
