import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { readPhotoFile } from '@mushroom/recognition/photo-file/photo-file';
import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import { CACHE, DECODING_SOURCES } from '../terminal/places.ts';
import { withProgress } from '../terminal/progress.ts';
import { codeRevisionOf } from './code-revision.ts';
import { fingerprintOf } from './fingerprint.ts';
import { decodePhoto } from './read-input.ts';
import { writeWhole } from './write-whole.ts';

/** What was found out about the file of a photo that can be used. */
export interface PhotoFacts {
  fingerprint: string;
  /** The share of its rows that a JPEG lacks at its end, for which the service takes it all the same. */
  cut: number;
}

export interface CheckedFiles {
  /** By path. */
  facts: ReadonlyMap<string, PhotoFacts>;
  /** Why the others can't be used, by path. */
  problems: ReadonlyMap<string, string>;
}

/** Facts that were found out before, of files that looked as `stamp` says, by code of that revision. */
interface Kept {
  revision: string;
  files: Record<string, PhotoFacts & { stamp: string }>;
}

const AT_ONCE = 16;
/** Any size does to see whether a photo can be decoded. */
const SIDE = 64;

/**
 * Reads every file, works out its fingerprint, and decodes it as the service does. Files whose size and times are what
 * they were are not read again.
 *
 * @param name of the data: what was found out is kept by it.
 */
export async function checkFiles(
  files: readonly string[],
  { name, cache = CACHE }: { name: string; cache?: string | undefined },
): Promise<CheckedFiles> {
  const revision = `${await codeRevisionOf(...DECODING_SOURCES)}, sharp ${sharp.versions.sharp}`;
  const keptIn = path.join(cache, `photos-${sha256(name).slice(0, 16)}.json`);
  const before = await readKept(keptIn, revision);
  const kept: Kept = { revision, files: {} };
  const problems = new Map<string, string>();

  async function check(file: string): Promise<void> {
    try {
      const stamp = await stampOf(file);
      const known = before.files[file];
      kept.files[file] = known?.stamp === stamp ? known : { stamp, ...(await factsOf(await readFile(file))) };
    } catch (error) {
      problems.set(file, sentenceOf(error as NodeJS.ErrnoException));
    }
  }
  await withProgress('looking at photos', files.length, async (show) => {
    for (let first = 0; first < files.length; first += AT_ONCE) {
      await Promise.all(files.slice(first, first + AT_ONCE).map(check));
      show(Math.min(first + AT_ONCE, files.length));
    }
  });
  // Where nothing can be written, the files are read again next time.
  await writeWhole(keptIn, JSON.stringify(kept)).catch(() => {});
  return { facts: new Map(Object.entries(kept.files)), problems };
}

/** Another for a file that was written, replaced or moved: no copying keeps the time of the last change (ctime). */
async function stampOf(file: string): Promise<string> {
  const facts = await stat(file, { bigint: true });
  // Who reads a pipe waits for ever.
  if (!facts.isFile()) throw new Error('It is no file.');
  return [facts.size, facts.mtimeNs, facts.ctimeNs].join(' ');
}

async function factsOf(encoded: Uint8Array): Promise<PhotoFacts> {
  await decodePhoto(encoded, SIDE);
  return { fingerprint: fingerprintOf(encoded), cut: readPhotoFile(encoded).cut };
}

/** What the service advises who sends a photo. */
const ADVICE = / Send the photo again\.$/;

function sentenceOf({ code, syscall, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'It is not there.';
  return syscall ? `It can’t be read: ${message}` : message.replace(ADVICE, '');
}

async function readKept(file: string, revision: string): Promise<Kept> {
  const none: Kept = { revision, files: {} };
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    return kept.revision === revision ? { ...none, ...kept } : none;
  } catch {
    return none;
  }
}
