import { vi } from 'vitest';

/** A JPEG of 40 × 30 pixels. */
const JPEG =
  '/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAeACgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AmAIGrAAAAAAAAAAf/9k=';

/** The bytes of a photo. */
export const jpegBytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(JPEG), (letter) => letter.charCodeAt(0));

/**
 * What happy-dom lacks of a browser: decoding a photo and drawing it again. JPEGs are decoded;
 * what is drawn comes out as another JPEG, without the bytes that went in.
 *
 * @param pixels what the browser gives back of the pixels that were put on a canvas.
 */
export function browserThatDecodesPhotos(pixels = (drawn: Uint8ClampedArray) => drawn): void {
  let drawn = new Uint8ClampedArray();
  vi.stubGlobal('createImageBitmap', async (photo: Blob) => {
    const head = new Uint8Array(await photo.slice(0, 2).arrayBuffer());
    if (head[0] !== 0xff || head[1] !== 0xd8) throw new DOMException('The source image could not be decoded.');
    return { width: 4000, height: 3000, close: () => undefined };
  });
  vi.stubGlobal(
    'ImageData',
    class {
      constructor(readonly data: Uint8ClampedArray) {}
    },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({
    fillRect: () => undefined,
    drawImage: () => undefined,
    putImageData: ({ data }: { data: Uint8ClampedArray<ArrayBuffer> }) => (drawn = data),
    getImageData: () => ({ data: pixels(drawn) }),
  } as unknown as ReturnType<HTMLCanvasElement['getContext']>);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) =>
    done(new Blob([jpegBytes(), ' drawn again'], { type: 'image/jpeg' })),
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockReturnValue('data:image/jpeg;base64,/9j/4AAQ');
}
