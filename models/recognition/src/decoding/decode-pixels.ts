import sharp from 'sharp';
import { LARGEST_DECODED_SIDE } from '../preprocess/decoded-side.ts';
import type { Photo } from '../preprocess/photo.ts';

export interface Decoding {
  /** `error` refuses half a file; `none` takes what can be decoded of it, the rest grey. */
  failOn: 'none' | 'error';
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
 * @throws Error from sharp where the bytes are no such photo, or decoding takes too long.
 */
export async function decodePixels(encoded: Uint8Array, decoding: Decoding): Promise<Photo> {
  const { failOn, side = LARGEST_DECODED_SIDE, limitInputPixels, seconds = 0 } = decoding;
  const { data, info } = await sharp(encoded, { failOn, limitInputPixels, pages: 1 })
    .timeout({ seconds })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
