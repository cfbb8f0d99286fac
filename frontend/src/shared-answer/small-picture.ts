import { openPhoto } from '../drawing/open-photo.ts';
import { givesTruePixels } from '../drawing/true-pixels.ts';

/** Longer side, in pixels: enough to know one's own mushroom again, small enough for a link. */
const LONGER_SIDE = 192;
const JPEG_QUALITY = 0.6;

/**
 * A photo as a small JPEG in base64, a few kilobytes.
 * @throws Error where the browser can't decode it, or doesn't give back what was drawn.
 */
export async function smallPicture(photo: Blob): Promise<string> {
  if (!(await givesTruePixels())) throw new Error('hidden pixels');
  const opened = await openPhoto(photo);
  try {
    const canvas = opened.draw(LONGER_SIDE) as HTMLCanvasElement;
    return canvas.toDataURL('image/jpeg', JPEG_QUALITY).split(',')[1] ?? '';
  } finally {
    opened.close();
  }
}
