import { CODE_WITHIN, inTime } from '../api/request-policy.ts';

/** What the worker answers with. */
export interface HeicAnswer {
  /** Upright; null of what can't be decoded. */
  bitmap: ImageBitmap | null;
}

/**
 * Decodes a HEIC photo where the browser can't. The decoder, which weighs more than the page, is fetched for it, in a
 * worker that ends with the photo.
 *
 * @throws Error where it is damaged, or the decoder doesn't come.
 */
export async function decodeHeic(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const worker = new Worker(new URL('./heic.worker.ts', import.meta.url), { type: 'module', name: 'heic' });
  try {
    const answer = new Promise<HeicAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data as HeicAnswer), { once: true });
      worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker did not start')));
    });
    worker.postMessage(bytes);
    const { bitmap } = await inTime(answer, CODE_WITHIN);
    if (!bitmap) throw new Error('not decoded');
    return bitmap;
  } finally {
    worker.terminate();
  }
}
