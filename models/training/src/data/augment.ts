import type { Photo } from '@mushroom/recognition/preprocess/photo';

/** How far a training photo may be changed without changing what it shows. */
export interface AugmentSpec {
  /** Share of the photo's area that a random crop keeps, at least. */
  minArea: number;
  /** Brightness, contrast and saturation are multiplied by 1 ± this. */
  colour: number;
}

/** A random crop (the "Inception" crop of Szegedy et al. 2014, arXiv:1409.4842: area, then aspect 3:4 … 4:3). */
export function randomCrop(photo: Photo, minArea: number, random: () => number): Photo {
  const { width, height } = photo;
  for (let attempt = 0; attempt < 8; attempt++) {
    const area = width * height * (minArea + (1 - minArea) * random());
    const aspect = Math.exp((random() * 2 - 1) * Math.log(4 / 3)) * (width / height);
    const w = Math.round(Math.sqrt(area * aspect));
    const h = Math.round(Math.sqrt(area / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return crop(photo, Math.floor(random() * (width - w + 1)), Math.floor(random() * (height - h + 1)), w, h);
  }
  return photo;
}

export function crop(photo: Photo, x: number, y: number, width: number, height: number): Photo {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * photo.width + x) * 3;
    rgb.set(photo.rgb.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, rgb };
}

/** Mirrors model input left to right, in place. Mushrooms have no handedness. */
export function flip(input: Uint8Array, size: number): void {
  const length = size * 3;
  for (let start = 0; start < input.length; start += length) {
    const row = input.slice(start, start + length);
    for (let at = 0; at < length; at += 3) input.set(row.subarray(at, at + 3), start + length - 3 - at);
  }
}

/** Changes brightness, contrast and saturation of model input, in place. */
export function jitterColour(input: Uint8Array, amount: number, random: () => number): void {
  const factor = () => 1 + (random() * 2 - 1) * amount;
  const brightness = factor();
  const contrast = factor();
  const saturation = factor();
  let sum = 0;
  for (let i = 0; i < input.length; i++) sum += input[i]!;
  const mean = (sum / input.length) * brightness;
  for (let i = 0; i < input.length; i += 3) {
    const r = input[i]! * brightness;
    const g = input[i + 1]! * brightness;
    const b = input[i + 2]! * brightness;
    const grey = 0.299 * r + 0.587 * g + 0.114 * b;
    input[i] = clamp((grey + (r - grey) * saturation - mean) * contrast + mean);
    input[i + 1] = clamp((grey + (g - grey) * saturation - mean) * contrast + mean);
    input[i + 2] = clamp((grey + (b - grey) * saturation - mean) * contrast + mean);
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
