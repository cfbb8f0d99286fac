import sharp, { type ResizeOptions } from 'sharp';
import type { InputSpec } from '../bundle/bundle.schema.ts';
import { toSrgb } from '../photo-file/colours.ts';
import { readPhotoFile, type PhotoFile } from '../photo-file/photo-file.ts';
import { photoKindOf } from '../photo-file/photo-kind.ts';
import { decodedSideOf, LARGEST_DECODED_SIDE } from '../preprocess/decoded-side.ts';
import { photoToInput } from '../preprocess/photo-to-input.ts';
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
  return decodeCleared(clearedPhoto(encoded), decoding);
}

/** What a decoder is given of a photo's file, and what is left to do after it. */
export interface ClearedPhoto extends Pick<PhotoFile, 'cut' | 'colours' | 'decodesByRows'> {
  /** The file, which says how the camera was held, so that all decoders read it, and nothing else that is no pixel. */
  bytes: Uint8Array;
  /** As it stands upright. */
  size: PhotoSize;
}

/** @throws PhotoRefusal where the bytes are no photo that is taken. */
export function clearedPhoto(encoded: Uint8Array): ClearedPhoto {
  const { width, height, orientation, partsToDecode, cut, colours, decodesByRows } = readPhotoFile(encoded);
  const [first, ...others] = partsToDecode(orientation);
  // Photos from the page have nothing to be cleared of: they are not copied.
  const bytes = others.length === 0 ? first! : Buffer.concat([first!, ...others]);
  const size = orientation < 5 ? { width, height } : { width: height, height: width };
  return { bytes, size, cut, colours, decodesByRows };
}

/** Does what `decodePixels` does, with what `clearedPhoto` gave. */
export async function decodeCleared(photo: ClearedPhoto, decoding: Decoding): Promise<Photo> {
  const { side = LARGEST_DECODED_SIDE } = decoding;
  return pixelsOf(photo, decoding, { width: side, height: side, fit: 'inside', withoutEnlargement: true });
}

/**
 * What a model is shown of a photo. As `photoToInput` after `decodePixels`, with which a page comes to the same pixels,
 * for all photos up to the size that pages send; larger ones are shrunk at one go, by the same filter but in the decoder's
 * own arithmetic: in half the time, and about a level away.
 *
 * @returns `size × size × 3` bytes of RGB, row by row.
 * @throws as `decodePixels`.
 */
export async function decodeToInput(
  photo: ClearedPhoto,
  spec: InputSpec,
  decoding: Omit<Decoding, 'side'> = {},
): Promise<Uint8Array> {
  if (Math.max(photo.size.width, photo.size.height) <= LARGEST_DECODED_SIDE) {
    return photoToInput(await decodeCleared(photo, { ...decoding, side: decodedSideOf(spec) }), spec);
  }
  const fit = spec.fit === 'stretch' ? 'fill' : 'cover';
  const { rgb } = await pixelsOf(photo, decoding, { width: spec.size, height: spec.size, fit, kernel: 'linear' });
  return rgb as Uint8Array;
}

export type PhotoSize = Pick<Photo, 'width' | 'height'>;

async function pixelsOf({ bytes, colours }: ClearedPhoto, decoding: Decoding, size: ResizeOptions): Promise<Photo> {
  const { limitInputPixels, seconds = 0 } = decoding;
  const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels, pages: 1 })
    .timeout({ seconds })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ ...size, fastShrinkOnLoad: !isWebp(bytes) })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (colours) toSrgb(data, 3, colours);
  return { width: info.width, height: info.height, rgb: data };
}

/** libwebp shrinks by a filter of its own: a large WebP would become other pixels than the same photo as a PNG. */
const isWebp = (bytes: Uint8Array) => photoKindOf(bytes) === 'webp';
