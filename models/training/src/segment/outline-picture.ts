import sharp from 'sharp';
import { tiled } from '../clean/contact-sheet.ts';
import type { Outline } from '@mushroom/recognition/outline/outline';

/** Okabe & Ito's sky blue on black: seen on any mushroom, by people with any colour vision. */
const LINE = '#56B4E9';

/** A photo with its outline drawn on it, `width` pixels wide. @returns a JPEG. */
export async function outlinePicture(file: string, outline: Outline | null, width: number): Promise<Buffer> {
  const photo = await sharp(file).autoOrient().resize({ width }).flatten({ background: '#ffffff' }).toBuffer();
  const { height } = await sharp(photo).metadata();
  const points = (outline?.points ?? []).map(([x, y]) => `${x * width},${y * height}`).join(' ');
  const polygon = (colour: string, stroke: number) =>
    `<polygon points="${points}" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linejoin="round"/>`;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${polygon('#000000', 5)}${polygon(LINE, 3)}</svg>`;
  return sharp(photo)
    .composite([{ input: Buffer.from(drawing) }])
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** Pictures of any shapes, files or their bytes, in rows, centred in squares. @returns a JPEG. */
export async function pictureGrid(
  pictures: readonly (string | Buffer)[],
  columns: number,
  square: number,
): Promise<Buffer> {
  const tiles = await Promise.all(
    pictures.map(async (picture, place) => ({
      input: await sharp(picture).resize(square, square, { fit: 'contain', background: '#ffffff' }).toBuffer(),
      left: (place % columns) * square,
      top: Math.floor(place / columns) * square,
    })),
  );
  const size = { width: columns * square, height: Math.ceil(pictures.length / columns) * square };
  return tiled(size, tiles, 82);
}
