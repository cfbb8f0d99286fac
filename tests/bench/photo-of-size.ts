import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { FLY_AGARIC } from '../licensed-photo.ts';

/** A JPEG of so many megapixels: a licensed photo, enlarged. */
export async function photoOfSize(megapixels: number): Promise<Buffer<ArrayBuffer>> {
  const photo = await readFile(FLY_AGARIC);
  const { width, height } = await sharp(photo).metadata();
  const scale = Math.sqrt((megapixels * 1e6) / (width * height));
  const enlarged = sharp(photo).resize(Math.round(width * scale), Math.round(height * scale));
  return Buffer.from(new Uint8Array(await enlarged.jpeg({ quality: 90 }).toBuffer()));
}
