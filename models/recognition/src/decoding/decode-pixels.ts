import sharp from 'sharp';
import { readPhotoFile } from '../photo-file/photo-file.ts';
import { photoKindOf, textOf } from '../photo-file/photo-kind.ts';
import { LARGEST_DECODED_SIDE } from '../preprocess/decoded-side.ts';
import type { Photo } from '../preprocess/photo.ts';

export interface Decoding {
  /** The most that the longer side may have. */
  side?: number;
  /** The most pixels that a file may have; sharp's own limit where not given. */
  limitInputPixels?: number;
  /** How long decoding may take; 0, the default, for ever. */
  seconds?: number;
}

/**
 * JPEG, PNG or WebP bytes → upright 8-bit sRGB pixels, white where they are transparent, shrunk but never enlarged.
 * Training and the service both decode by it. In Node only: a page decodes with the browser, see `shrinkPhoto`.
 *
 * @throws PhotoRefusal where the bytes are no photo that is taken; Error from sharp where they are damaged, or decoding
 *   takes too long.
 */
export async function decodePixels(encoded: Uint8Array, decoding: Decoding = {}): Promise<Photo> {
  return decodeCleared(clearedBytes(encoded), decoding);
}

/**
 * What a decoder is given of a photo's file: it says how the camera was held, so that all decoders read it, and nothing
 * else that is no pixel.
 * @throws PhotoRefusal where the bytes are no photo that is taken.
 */
export function clearedBytes(encoded: Uint8Array): Buffer {
  const { orientation, parts } = readPhotoFile(encoded);
  return Buffer.concat(parts(orientation));
}

/** Does what `decodePixels` does, with what `clearedBytes` gave. */
export async function decodeCleared(bytes: Uint8Array, decoding: Decoding): Promise<Photo> {
  const { side = LARGEST_DECODED_SIDE, limitInputPixels, seconds = 0 } = decoding;
  const decoder = sharp(bytes, { failOn: 'error', limitInputPixels, pages: 1 }).timeout({ seconds });
  // Of 16 bits with a profile, sharp else gives numbers of Display P3, and calls them sRGB.
  if (hasWideProfile(bytes)) decoder.withIccProfile('srgb');
  const { data, info } = await decoder
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(side, side, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad: !isWebp(bytes) })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

/** libwebp shrinks by a filter of its own: a large WebP would become other pixels than the same photo as a PNG. */
const isWebp = (bytes: Uint8Array) => photoKindOf(bytes) === 'webp';

/** A PNG of 16 bits with an ICC profile, which follows the header where `readPhotoFile` wrote the file. */
function hasWideProfile(bytes: Uint8Array): boolean {
  return photoKindOf(bytes) === 'png' && bytes[24] === 16 && textOf(bytes, 37, 4) === 'iCCP';
}
