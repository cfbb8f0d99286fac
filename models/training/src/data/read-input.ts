import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decodePixels } from '@mushroom/recognition/decoding/decode-pixels';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import { decodedSideOf, LARGEST_DECODED_SIDE } from '@mushroom/recognition/preprocess/decoded-side';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';

/** As the service takes them: pixels of the shorter side. */
const LEAST_SIDE = 32;

/**
 * Decodes a photo's file as the service does, and refuses what the service refuses: what is no photo, half of one, or
 * too small.
 * @param side the most that the longer side may have.
 * @throws Error that says what is wrong, in a sentence.
 */
export async function decodePhoto(encoded: Uint8Array, side = LARGEST_DECODED_SIDE): Promise<Photo> {
  if (encoded.length === 0) throw new Error('The file is empty.');
  const photo = await decodePixels(encoded, { side }).catch((error: Error) => {
    if (error instanceof PhotoRefusal) throw error;
    throw new Error(`The file is incomplete or damaged (${error.message}).`, { cause: error });
  });
  if (Math.min(photo.width, photo.height) < LEAST_SIDE) {
    const { width, height } = await sharp(encoded).metadata();
    if (Math.min(width, height) < LEAST_SIDE)
      throw new Error(`The photo is too small: each side needs ${LEAST_SIDE} pixels at least.`);
  }
  return photo;
}

/** A photo's bytes → model input, by the steps of the service. @throws Error as `decodePhoto`. */
export async function inputFrom(encoded: Uint8Array, spec: InputSpec): Promise<Uint8Array> {
  return photoToInput(await decodePhoto(encoded, decodedSideOf(spec)), spec);
}

/** The same of a file. @throws Error naming the file that can't be read or decoded. */
export async function readInput(file: string, spec: InputSpec): Promise<Uint8Array> {
  try {
    return await inputFrom(await readFile(file), spec);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
