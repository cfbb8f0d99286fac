import { readFile } from 'node:fs/promises';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decodePixels } from '@mushroom/recognition/decoding/decode-pixels';
import { decodedSideOf } from '@mushroom/recognition/preprocess/decoded-side';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';

/** A photo's bytes → model input, by the steps of the service. @throws Error where they are no photo. */
export async function inputFrom(
  encoded: Uint8Array,
  spec: InputSpec,
  failOn: 'none' | 'error' = 'none',
): Promise<Uint8Array> {
  return photoToInput(await decodePixels(encoded, { failOn, side: decodedSideOf(spec) }), spec);
}

/** The same of a file. @throws Error naming the file that can't be read or decoded. */
export async function readInput(file: string, spec: InputSpec): Promise<Uint8Array> {
  try {
    return await inputFrom(await readFile(file), spec);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
