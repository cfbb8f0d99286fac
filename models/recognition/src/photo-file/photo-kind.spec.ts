import { describe, expect, it } from 'vitest';
import { photoKindOf } from './photo-kind.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('the type of a photo', () => {
  it.each([
    ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['webp', 'RIFF\x24\0\0\0WEBPVP8 '],
    ['heic', '\0\0\0\x18ftypheic\0\0\0\0'],
    ['heic', '\0\0\0\x18ftypmif1\0\0\0\0'],
  ] as const)('is %s by its first bytes', (type, start) => {
    expect(photoKindOf(bytes(start))).toBe(type);
  });

  it.each([
    ['nothing', ''],
    ['two bytes', '\xff\xd8'],
    ['GIF', 'GIF89a\x01\0\x01\0'],
    ['BMP', 'BM\x46\0\0\0'],
    ['TIFF', 'II*\0\x08\0\0\0'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['PDF', '%PDF-1.7'],
    ['AVIF', '\0\0\0\x18ftypavif\0\0\0\0'],
    ['MP4', '\0\0\0\x18ftypisom\0\0\0\0'],
    ['a WAVE file', 'RIFF\x24\0\0\0WAVEfmt '],
    ['a JPEG behind a page', '<!doctype html>\xff\xd8\xff'],
  ])('is none for %s', (_name, start) => {
    expect(photoKindOf(bytes(start))).toBeUndefined();
  });
});
