import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decodedSideOf, LARGEST_DECODED_SIDE } from '@mushroom/recognition/preprocess/decoded-side';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { shrinkPhoto } from '@mushroom/recognition/preprocess/shrink-photo';
import { DeviceError } from './device-problem.ts';

/**
 * The most that the longer side of a decoded photo has. The service shrinks while it decodes, by a finer filter than a
 * canvas has; up to this size, shrinking is left to the preprocessing functions instead, which come closer to its result.
 */
const CANVAS_SIDE = 1024;

/**
 * A photo → upright 8-bit sRGB pixels, on white where it is see-through.
 *
 * @param input of the model that they are for: where the service shrinks further for a small one, so does this. Down to
 *   the largest side that it shrinks to it is not done: it would hardly show, and takes about 15 ms.
 * @returns a photo of 1024 pixels at most on the longer side.
 * @throws DeviceError `undecodable_photo` where the browser can't decode it.
 */
export async function photoPixels(photo: Blob, input: InputSpec): Promise<Photo> {
  const pixels = await decodedPixels(photo);
  const side = decodedSideOf(input);
  return side < LARGEST_DECODED_SIDE ? shrinkPhoto(pixels, side) : pixels;
}

async function decodedPixels(photo: Blob): Promise<Photo> {
  const bitmap = await createImageBitmap(photo, { imageOrientation: 'from-image' }).catch((error: unknown) => {
    throw new DeviceError('undecodable_photo', { cause: error });
  });
  try {
    const scale = Math.min(1, CANVAS_SIDE / Math.max(bitmap.width, bitmap.height));
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
