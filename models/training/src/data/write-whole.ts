import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A value as the text of a JSON file. */
export const jsonText = (value: unknown, indent = 1): string => `${JSON.stringify(value, null, indent)}\n`;

/**
 * Checks that files can be written into folders, whether or not they are there yet: before hours are spent on what goes
 * there. It is tried, for rights tell nothing of what is mounted read-only; nothing is left.
 * @throws Error naming a folder where none can.
 */
export function requireWritable(...folders: string[]): void {
  for (const folder of folders) {
    let there = path.resolve(folder);
    while (!existsSync(there)) there = path.dirname(there);
    const refuse = (why: string) => new Error(`nothing can be written into ${folder}: ${there} ${why}`);
    if (!statSync(there).isDirectory()) throw refuse('is no folder');
    try {
      rmdirSync(mkdtempSync(path.join(there, '.is-writable-')));
    } catch (error) {
      throw refuse(`can’t be changed (${(error as NodeJS.ErrnoException).code})`);
    }
  }
}

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
