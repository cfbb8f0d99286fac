import { readFile } from 'node:fs/promises';
import seedrandom from 'seedrandom';
import sharp from 'sharp';
import { flip, jitterColour, randomCrop } from '../data/augment.ts';
import type { View } from '../data/batches.ts';
import { decodePhoto } from '../data/read-input.ts';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { photoToInput } from '@mushroom/recognition/preprocess/photo-to-input';
import type { SpecimenMask } from './specimen-masks.ts';

/** A photo with its mask as a photo of its own, white on black, so that whatever moves pixels moves both alike. */
export interface MaskedPhoto {
  photo: Photo;
  mask: Photo;
}

/** @throws Error naming the file that can't be decoded, or saying that photo and mask differ in size. */
export async function readMaskedPhoto({ photoFile, maskFile, redrawn }: SpecimenMask): Promise<MaskedPhoto> {
  const photo = await read(photoFile);
  const mask = redrawn ? await drawn(redrawn, photo) : await read(maskFile);
  if (photo.width !== mask.width || photo.height !== mask.height) {
    throw new Error(`The mask is ${mask.width} × ${mask.height}, the photo ${photo.width} × ${photo.height}.`);
  }
  return { photo, mask };
}

async function read(file: string): Promise<Photo> {
  try {
    return await decodePhoto(await readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** A polygon in percent, white on black, of the photo's size. */
async function drawn(points: string, { width, height }: Photo): Promise<Photo> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none"><rect width="100" height="100"/><polygon points="${points}" fill="#fff"/></svg>`;
  return decodePhoto(await sharp(Buffer.from(svg)).png().toBuffer());
}

/** The whole photo; or a random crop, mirror image and change of colour, drawn from the seed. */
export type MaskedViewKind = Exclude<View, { kind: 'mirrored' }>;

/**
 * A photo under a view → what the network is given and what it should answer.
 * @returns `input`: `inputSize²` RGB bytes; `target`: `targetSide²` shares of the mask, 0…1.
 */
export function maskedView(
  { photo, mask }: MaskedPhoto,
  view: MaskedViewKind,
  inputSize: number,
  targetSide: number,
): { input: Uint8Array; target: Float32Array } {
  const squeeze = (one: Photo, size: number) => photoToInput(one, { size, fit: 'stretch' });
  if (view.kind === 'plain') return { input: squeeze(photo, inputSize), target: redOf(squeeze(mask, targetSide)) };
  // The same draws for both: the crop of the mask is the crop of the photo.
  const cropOf = (one: Photo) => randomCrop(one, view.augment.minArea, seedrandom(`${view.seed}/crop`));
  const random = seedrandom(`${view.seed}/colour`);
  const input = squeeze(cropOf(photo), inputSize);
  const cropped = squeeze(cropOf(mask), targetSide);
  if (random() < 0.5) {
    flip(input, inputSize);
    flip(cropped, targetSide);
  }
  jitterColour(input, view.augment.colour, random);
  return { input, target: redOf(cropped) };
}

/** A mask is grey: one channel says it all. */
function redOf(rgb: Uint8Array): Float32Array {
  return Float32Array.from({ length: rgb.length / 3 }, (_, cell) => rgb[cell * 3]! / 255);
}
