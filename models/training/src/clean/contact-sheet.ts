import sharp, { type OverlayOptions } from 'sharp';

/** A photo on a sheet, with a line of text under it. */
export interface SheetPhoto {
  /** A file, or its bytes. */
  photo: string | Uint8Array;
  caption: string;
}

const TILE = 160;
const CAPTION = 34;
const COLUMNS = 8;

function captionSvg(caption: string): Buffer {
  const escaped = caption.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const lines = escaped.split('\n').slice(0, 2);
  const text = lines.map((line, row) => `<text x="4" y="${12 + row * 13}">${line}</text>`).join('');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE}" height="${CAPTION}" font-family="sans-serif" font-size="10">${text}</svg>`,
  );
}

/** Photos in rows of eight with their captions, so that a person can judge a hundred at a glance. @returns a JPEG. */
export async function contactSheet(photos: readonly SheetPhoto[]): Promise<Buffer> {
  const rows = Math.max(1, Math.ceil(photos.length / COLUMNS));
  const tiles = await Promise.all(
    photos.map(async ({ photo, caption }, place) => {
      const left = (place % COLUMNS) * TILE;
      const top = Math.floor(place / COLUMNS) * (TILE + CAPTION);
      const picture = await sharp(photo, { failOn: 'none' })
        .resize(TILE - 4, TILE - 4, { fit: 'contain', background: '#ffffff' })
        .flatten({ background: '#ffffff' })
        .toBuffer();
      return [
        { input: picture, left, top },
        { input: captionSvg(caption), left, top: top + TILE },
      ];
    }),
  );
  return tiled({ width: COLUMNS * TILE, height: rows * (TILE + CAPTION) }, tiles.flat(), 80);
}

/** Pictures laid on white. @returns a JPEG. */
export function tiled(
  size: { width: number; height: number },
  tiles: OverlayOptions[],
  quality: number,
): Promise<Buffer> {
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(tiles)
    .jpeg({ quality })
    .toBuffer();
}
