import type { Photo } from '@mushroom/models/preprocess/photo-to-input';
import { DeviceError } from './device-problem.ts';

/**
 * The most that the longer side of a decoded photo has. The service decodes to 512, by a finer filter than a canvas has;
 * up to this size, shrinking is left to the preprocessing function instead, which comes closer to the service's result.
 */
const DECODED_SIDE = 1024;

/**
 * A photo → upright 8-bit sRGB pixels, the longer side at most 1024, on white where it is see-through.
 * @throws DeviceError `undecodable_photo` where the browser can't decode it.
 */
export async function photoPixels(photo: Blob): Promise<Photo> {
  const bitmap = await createImageBitmap(photo, { imageOrientation: 'from-image' }).catch((error: unknown) => {
    throw new DeviceError('undecodable_photo', { cause: error });
  });
  try {
    const scale = Math.min(1, DECODED_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, rgb: withoutAlpha(context.getImageData(0, 0, width, height).data) };
  } finally {
    bitmap.close();
  }
}

/** The canvas was filled, so alpha is 255 everywhere. */
function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}
