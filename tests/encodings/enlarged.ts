import seedrandom from 'seedrandom';
import sharp from 'sharp';

const LONGER_SIDE = 4000;
/** Of 255, at most: what a camera's sensor adds, and a shrinking filter has to average. */
const NOISE = 12;

/** A photo of 12 megapixels (where it is 4 : 3), with a camera's noise: that of a seed, the same every time. */
export async function enlarged(photo: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(photo)
    .toColourspace('srgb')
    .removeAlpha()
    .resize(LONGER_SIDE, LONGER_SIDE, { fit: 'inside', kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const random = seedrandom('noise');
  // A prime number of values: it does not repeat along rows.
  const noise = Int8Array.from({ length: 1_000_003 }, () => Math.round((random() + random() - 1) * NOISE));
  const noisy = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) noisy[i] = data[i]! + noise[i % noise.length]!;
  const { width, height, channels } = info;
  return sharp(noisy, { raw: { width, height, channels } }).png({ compressionLevel: 0 }).toBuffer();
}
