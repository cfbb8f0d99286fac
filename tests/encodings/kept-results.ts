import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../service-process.ts';
import type { Compared } from './comparison.ts';

const FILE = path.join(repository, '.build/encodings.json');

/** What was compared so far, by size and encoding, and by which versions of programs and of the model. */
export interface Kept {
  versions: string;
  small: Record<string, Compared>;
  large: Record<string, Compared>;
}
export type Size = 'small' | 'large';

/** @returns what an earlier run kept; nothing where that was by other versions. */
export async function keptOf(versions: string): Promise<Kept> {
  const none: Kept = { versions, small: {}, large: {} };
  const text = await readFile(FILE, 'utf8').catch(() => null);
  if (text === null) return none;
  const kept = JSON.parse(text) as Kept;
  return kept.versions === versions ? kept : none;
}

export async function keep(kept: Kept): Promise<void> {
  await mkdir(path.dirname(FILE), { recursive: true });
  await writeFile(FILE, JSON.stringify(kept));
}
