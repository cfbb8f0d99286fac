import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { clearedPhoto, decodeToInput, type PhotoSize } from '@mushroom/recognition/decoding/decode-pixels';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import pLimit, { type LimitFunction } from 'p-limit';
import sharp from 'sharp';
import { unlessAborted } from '../http/unless-aborted.ts';
import { ServiceTime } from '../inference/service-time.ts';
import { Problem } from '../problems.ts';
import { PHOTO_LIMITS } from './photo-limits.ts';

// Only the loaders of accepted photos stay: libvips brings dozens, and most of their flaws were in the others.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
// Uploads differ from one another: a cache would only hold on to their memory.
sharp.cache(false);
// A thread a photo: photos are decoded side by side, and more threads would cost each memory of its own.
sharp.concurrency(1);

/** Time to be taken for a photo until some were decoded. */
const FIRST_GUESS_MS = 50;

/** What a model is shown of a photo. */
export interface DecodedPhoto extends PhotoSize {
  /** `size × size × 3` bytes of RGB, row by row. */
  input: Uint8Array;
  /** The share of rows that the file lacked at its end: those are not shown. */
  cut: number;
}

/**
 * @param spec what the model takes.
 * @param deadline `performance.now()` at which the photo comes too late; none where not given.
 */
export type DecodePhoto = (
  file: Buffer,
  spec: InputSpec,
  signal: AbortSignal,
  deadline?: number,
) => Promise<DecodedPhoto>;

/** What is too big is turned away before a pixel is decoded. */
function checkSize({ width, height }: PhotoSize, mostPixels: number): void {
  if (width * height > mostPixels) {
    throw new Problem('too_many_pixels', {
      detail: `The photo is ${width} × ${height} pixels; ${mostPixels / 1e6} megapixels are the most in such a file.`,
    });
  }
  if (Math.min(width, height) < PHOTO_LIMITS.leastSide) {
    throw new Problem('photo_too_small', {
      detail: `The photo is ${width} × ${height} pixels; each side needs ${PHOTO_LIMITS.leastSide} at least.`,
    });
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof PhotoRefusal) {
    const code = error.code === 'cut_photo' ? 'undecodable_photo' : error.code;
    return new Problem(code, { detail: error.message });
  }
  // sharp gives its errors no code: by its documentation, this word tells one of its `timeout`.
  if (/timeout/i.test((error as Error).message)) {
    return new Problem('decode_timeout', { detail: 'Save the photo again as a plain JPEG, or shrink it.' });
  }
  return new Problem('undecodable_photo', { detail: 'The file is incomplete or damaged. Send the photo again.' });
}

/**
 * Uploaded bytes → what a model is shown of the photo, upright and in sRGB. Nothing else of the file is kept: no EXIF, no
 * location, no name.
 *
 * @param concurrency how many may be decoded at the same time, over all requests.
 * @returns a function that throws a Problem: empty_photo, unsupported_photo, heic_photo, animated_photo,
 * unsupported_jpeg, unsupported_colours, too_many_pixels, photo_too_small, undecodable_photo, decode_timeout; overloaded
 * where it would have to wait past its deadline; or the signal's reason, as soon as that aborts.
 */
export function photoDecoder(concurrency: number): DecodePhoto {
  const limit: LimitFunction = pLimit(concurrency);
  const serviceTime = new ServiceTime(FIRST_GUESS_MS);

  async function decodeNow(file: Buffer, spec: InputSpec, signal: AbortSignal): Promise<DecodedPhoto> {
    // Nobody may wait any more when its turn comes.
    signal.throwIfAborted();
    const started = performance.now();
    try {
      const photo = clearedPhoto(file);
      const limitInputPixels = photo.decodesByRows ? PHOTO_LIMITS.pixelsByRows : PHOTO_LIMITS.pixels;
      checkSize(photo.size, limitInputPixels);
      const { decodeSeconds: seconds } = PHOTO_LIMITS;
      const input = await decodeToInput(photo, spec, { limitInputPixels, seconds });
      return { ...photo.size, input, cut: photo.cut };
    } catch (error) {
      throw problemOf(error);
    } finally {
      serviceTime.observe(1, performance.now() - started);
    }
  }

  return async (file, spec, signal, deadline = Infinity) => {
    signal.throwIfAborted();
    if (file.length === 0) throw new Problem('empty_photo', { detail: 'The file has no bytes. Send the photo again.' });
    const waitMs = serviceTime.of(limit.pendingCount + limit.activeCount) / concurrency;
    const late = waitMs > 0 && performance.now() + waitMs > deadline;
    if (late) throw new Problem('overloaded', { retryAfter: waitMs / 1000 });
    // sharp itself can't be told to stop.
    return unlessAborted(
      limit(() => decodeNow(file, spec, signal)),
      signal,
    );
  };
}
