import { vi } from 'vitest';

/**
 * What happy-dom lacks of a browser: decoding a photo and drawing it anew. A blob that begins as a JPEG does is one;
 * what is drawn comes out as another JPEG, without the bytes that went in.
 */
export function browserThatDecodesPhotos(): void {
  vi.stubGlobal('createImageBitmap', async (photo: Blob) => {
    const head = new Uint8Array(await photo.slice(0, 1).arrayBuffer());
    // As text, the first byte of a JPEG becomes two.
    if (head[0] !== 0xc3 && head[0] !== 0xff) throw new DOMException('The source image could not be decoded.');
    return { width: 4000, height: 3000, close: () => undefined };
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({
    fillRect: () => undefined,
    drawImage: () => undefined,
  } as unknown as ReturnType<HTMLCanvasElement['getContext']>);
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) =>
    done(new Blob(['\xff\xd8\xff drawn anew'], { type: 'image/jpeg' })),
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockReturnValue('data:image/jpeg;base64,/9j/4AAQ');
}
