import sharp from 'sharp';
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
