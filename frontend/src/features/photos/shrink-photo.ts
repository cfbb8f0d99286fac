import { PhotoRefusal, type PhotoRefusalCode } from '@mushroom/recognition/photo-file/photo-refusal';
import { fileOf } from '../../drawing/canvas.ts';
import { openPhoto } from '../../drawing/open-photo.ts';
import { givesTruePixels } from '../../drawing/true-pixels.ts';

/** Longer side after shrinking, in pixels: well above what the model looks at. */
const LONGER_SIDE = 1024;
const JPEG_QUALITY = 0.9;
/** What the service doesn't shrink further: such a photo is sent without loss, as at a threshold even JPEG's would show. */
const SHRUNK_BY_NOBODY = 512;

export type Refusal = PhotoRefusalCode | 'empty';
/** What to say of a photo that was taken. */
export type Remark =
  /** This browser hides pixels from pages: it is the file itself, cleared of place and time. */
  | 'as_it_is'
  /** The file ends early: its last rows are left out. */
  | 'cut';
export type ShrinkResult = { photo: Blob; remarks: Remark[] } | { refused: Refusal };

/**
 * Makes a photo small before it is sent: upright, at most 1024 pixels on the longer side, JPEG or PNG. Drawing it again also
 * leaves behind where and when it was taken. Where a browser doesn't give back what was drawn, the file itself is taken,
 * less all that it says beside the picture. What this browser can't decode is refused.
 */
export async function shrinkPhoto(file: Blob): Promise<ShrinkResult> {
  if (file.size === 0) return { refused: 'empty' };
  try {
    const photo = await openPhoto(file);
    const remarks: Remark[] = photo.cut > 0 ? ['cut'] : [];
    try {
      if (await givesTruePixels()) {
        const canvas = photo.draw(LONGER_SIDE);
        const small = Math.max(canvas.width, canvas.height) <= SHRUNK_BY_NOBODY;
        return { photo: await fileOf(canvas, small ? 'image/png' : 'image/jpeg', JPEG_QUALITY), remarks };
      }
    } finally {
      photo.close();
    }
    return photo.cleared ? { photo: photo.cleared, remarks: ['as_it_is', ...remarks] } : { refused: 'heic_photo' };
  } catch (error) {
    if (error instanceof PhotoRefusal) return { refused: error.code };
    throw error;
  }
}
