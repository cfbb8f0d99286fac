import { readFile } from 'node:fs/promises';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { inputFrom } from '@mushroom/recognition/decoding/decode-pixels';

/** A photo's file → what a model is shown of it, by the steps of the service. @throws Error naming the file that can't be read or decoded. */
export async function readInput(file: string, spec: InputSpec): Promise<Uint8Array> {
  try {
    return await inputFrom(await readFile(file), spec, { failOn: 'none' });
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
