import sharp from 'sharp';

/** A photo on a sheet, with two lines of text under it, if any. */
export interface SheetPhoto {
  /** A file, or its bytes. */
  photo: string | Uint8Array;
  caption?: string;
}

const CAPTION = 34;

function captionSvg(caption: string, width: number): Buffer {
  const escaped = caption.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const lines = escaped.split('\n').slice(0, 2);
  const text = lines.map((line, row) => `<text x="4" y="${12 + row * 13}">${line}</text>`).join('');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}" font-family="sans-serif" font-size="10">${text}</svg>`,
  );
}

/**
 * Photos of any shapes in rows, each in the middle of a square, so that a person can judge a hundred at a glance.
 * @param layout.square pixels a side of a square.
 * @returns a JPEG.
 */
export async function contactSheet(
  photos: readonly SheetPhoto[],
  { columns, square }: { columns: number; square: number } = { columns: 8, square: 160 },
): Promise<Buffer> {
  const height = square + (photos.some(({ caption }) => caption) ? CAPTION : 0);
  const tiles = await Promise.all(
    photos.map(async ({ photo, caption }, place) => {
      const left = (place % columns) * square;
      const top = Math.floor(place / columns) * height;
      const picture = await sharp(photo, { failOn: 'none' })
        .resize(square - 4, square - 4, { fit: 'contain', background: '#ffffff' })
        .flatten({ background: '#ffffff' })
        .toBuffer();
      const text = caption ? [{ input: captionSvg(caption, square), left, top: top + square }] : [];
      return [{ input: picture, left, top }, ...text];
    }),
  );
  const size = { width: columns * square, height: Math.max(1, Math.ceil(photos.length / columns)) * height };
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(tiles.flat())
    .jpeg({ quality: 82 })
    .toBuffer();
}
