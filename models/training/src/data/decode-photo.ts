import sharp from 'sharp';
import { LARGEST_DECODED_SIDE } from '@mushroom/recognition/preprocess/decoded-side';
import type { Photo } from '@mushroom/recognition/preprocess/photo';

/**
 * JPEG, PNG or WebP bytes → upright 8-bit RGB pixels, shrunk as the service does with uploads.
 * @param side the most that the longer side may have.
 * @throws Error from sharp where the bytes are no such photo.
 */
export async function decodePhoto(encoded: Uint8Array, side = LARGEST_DECODED_SIDE): Promise<Photo> {
  const { data, info } = await sharp(encoded, { failOn: 'none' })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
