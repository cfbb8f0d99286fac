import { readFile } from 'node:fs/promises';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import {
  clearedPhoto,
  decodeCleared,
  decodeToInput,
  type ClearedPhoto,
} from '@mushroom/recognition/decoding/decode-pixels';
import { LARGEST_DECODED_SIDE } from '@mushroom/recognition/preprocess/decoded-side';
import type { Photo } from '@mushroom/recognition/preprocess/photo';

/** As the service takes them: pixels of the shorter side. */
const LEAST_SIDE = 32;

/** @throws Error in a sentence where the service would refuse the file by its header. */
function opened(encoded: Uint8Array): ClearedPhoto {
  if (encoded.length === 0) throw new Error('The file is empty.');
  const photo = clearedPhoto(encoded);
  if (Math.min(photo.size.width, photo.size.height) < LEAST_SIDE) {
    throw new Error(`The photo is too small: each side needs ${LEAST_SIDE} pixels at least.`);
  }
  return photo;
}

function sayingDamage<T>(decoding: Promise<T>): Promise<T> {
  return decoding.catch((error: Error) => {
    throw new Error(`The file is incomplete or damaged (${error.message}).`, { cause: error });
  });
}

/**
 * Decodes a photo's file as the service does, and refuses what the service refuses: what is no photo, half of one, or
 * too small.
 * @param side the most that the longer side may have.
 * @throws Error that says what is wrong, in a sentence.
 */
export async function decodePhoto(encoded: Uint8Array, side = LARGEST_DECODED_SIDE): Promise<Photo> {
  return sayingDamage(decodeCleared(opened(encoded), { side }));
}

/** A photo's bytes → model input, by the steps of the service. @throws Error as `decodePhoto`. */
export async function inputFrom(encoded: Uint8Array, spec: InputSpec): Promise<Uint8Array> {
  return sayingDamage(decodeToInput(opened(encoded), spec));
}

/** The same of a file. @throws Error naming the file that can't be read or decoded. */
export async function readInput(file: string, spec: InputSpec): Promise<Uint8Array> {
  try {
    return await inputFrom(await readFile(file), spec);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
