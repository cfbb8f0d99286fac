import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A value as the text of a JSON file. */
export const jsonText = (value: unknown, indent = 1): string => `${JSON.stringify(value, null, indent)}\n`;

/** Writes a file under a temporary name first, so that a file that is there is whole. Makes its folder. */
export async function writeWhole(file: string, content: Parameters<typeof writeFile>[1]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, content);
  await rename(`${file}.part`, file);
}
