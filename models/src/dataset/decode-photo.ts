import sharp from 'sharp';
import type { Photo } from '../preprocess/photo-to-input.ts';

/** Larger photos are shrunk to this longer side while decoding, as the service does with uploads. */
export const DECODED_SIDE = 512;

/**
 * JPEG, PNG or WebP bytes → upright 8-bit RGB pixels, longer side at most `DECODED_SIDE`.
 * @throws Error from sharp where the bytes are no such photo.
 */
export async function decodePhoto(encoded: Uint8Array): Promise<Photo> {
  const { data, info } = await sharp(encoded, { failOn: 'none' })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(DECODED_SIDE, DECODED_SIDE, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
