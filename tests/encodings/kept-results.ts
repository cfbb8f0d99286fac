import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../service-process.ts';
import type { Compared } from './comparison.ts';

const FILE = path.join(repository, '.build/encodings.json');

/** What was compared so far of photos of a size: when, and by which versions of programs and of the model. */
export interface KeptOfSize {
  day: string;
  versions: string;
  compared: Record<string, Compared>;
}
export type Size = 'small' | 'large';
export type Kept = Record<Size, KeptOfSize>;

/**
 * @param asked the sizes that are asked about by these versions now: of those, what was by other versions is dropped.
 * @returns what earlier runs kept.
 */
export async function keptOf(asked: readonly Size[], versions: string): Promise<Kept> {
  const day = new Date().toISOString().slice(0, 10);
  const text = await readFile(FILE, 'utf8').catch(() => '{}');
  const kept = JSON.parse(text) as Partial<Kept>;
  const of = (size: Size): KeptOfSize => {
    const known = kept[size];
    if (known && (known.versions === versions || !asked.includes(size))) return known;
    return { day, versions, compared: {} };
  };
  return { small: of('small'), large: of('large') };
}

export async function keep(kept: Kept): Promise<void> {
  await mkdir(path.dirname(FILE), { recursive: true });
  await writeFile(FILE, JSON.stringify(kept));
}
