import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { decodedSideOf, LARGEST_DECODED_SIDE } from '@mushroom/recognition/preprocess/decoded-side';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { shrinkPhoto } from '@mushroom/recognition/preprocess/shrink-photo';
import { contextOf } from '../drawing/canvas.ts';
import { openPhoto } from '../drawing/open-photo.ts';
import { givesTruePixels } from '../drawing/true-pixels.ts';
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
 * @throws DeviceError `undecodable_photo` where it is not taken or the browser can't decode it; `pixels_hidden` where the
 *   browser doesn't give back what was drawn.
 */
export async function photoPixels(photo: Blob, input: InputSpec): Promise<Photo> {
  const pixels = await decodedPixels(photo);
  const side = decodedSideOf(input);
  return side < LARGEST_DECODED_SIDE ? shrinkPhoto(pixels, side) : pixels;
}

async function decodedPixels(photo: Blob): Promise<Photo> {
  if (!(await givesTruePixels())) throw new DeviceError('pixels_hidden');
  const opened = await openPhoto(photo).catch((error: unknown) => {
    throw new DeviceError('undecodable_photo', { cause: error });
  });
  try {
    const canvas = opened.draw(CANVAS_SIDE);
    const { width, height } = canvas;
    return { width, height, rgb: withoutAlpha(contextOf(canvas).getImageData(0, 0, width, height).data) };
  } finally {
    opened.close();
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
