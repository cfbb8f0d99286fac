import { decodePixels } from '@mushroom/recognition/decoding/decode-pixels';

/**
 * How far what the service sees of a file is from what the page has made of it.
 * @param drawn of the same size, without loss.
 * @returns the largest difference of a pixel's colour, of 255.
 */
export async function levelsApart(file: Buffer, drawn: Buffer): Promise<number> {
  const [own, page] = await Promise.all([file, drawn].map((photo) => decodePixels(photo)));
  if (own!.width !== page!.width || own!.height !== page!.height) {
    throw new RangeError(`${own!.width} × ${own!.height} and ${page!.width} × ${page!.height} pixels`);
  }
  let largest = 0;
  for (let i = 0; i < own!.rgb.length; i++) largest = Math.max(largest, Math.abs(own!.rgb[i]! - page!.rgb[i]!));
  return largest;
}
