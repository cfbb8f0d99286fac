import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import { crop, flip, jitterColour, randomCrop } from './augment.ts';

/** Every pixel says where it is: red its column, green its row. */
function mapOf(width: number, height: number): Photo {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set([x, y, 7], (y * width + x) * 3);
  return { width, height, rgb };
}

function noise(size: number, seed: string): Uint8Array {
  const random = seedrandom(seed);
  return Uint8Array.from({ length: size * size * 3 }, () => Math.floor(random() * 256));
}

describe('a crop', () => {
  it('is the rectangle that was asked for', () => {
    const part = crop(mapOf(10, 8), 3, 2, 2, 3);
    expect(part).toMatchObject({ width: 2, height: 3 });
    expect([...part.rgb]).toEqual([3, 2, 7, 4, 2, 7, 3, 3, 7, 4, 3, 7, 3, 4, 7, 4, 4, 7]);
  });
});

describe('a random crop', () => {
  it('is a whole rectangle of the photo, of the area and aspect that were asked for', () => {
    const random = seedrandom('crops');
    const corners = new Set<string>();
    for (const [width, height] of [
      [200, 100],
      [90, 240],
      [64, 64],
    ] as const) {
      const photo = mapOf(width, height);
      for (let i = 0; i < 300; i++) {
        const part = randomCrop(photo, 0.4, random);
        expect(part.rgb.length).toBe(part.width * part.height * 3);
        const [left, top] = part.rgb;
        // The last pixel is in the photo, in the same rectangle: no row was taken from beyond the border.
        expect([...part.rgb.subarray(-3)]).toEqual([left! + part.width - 1, top! + part.height - 1, 7]);
        expect(left! + part.width).toBeLessThanOrEqual(width);
        expect(top! + part.height).toBeLessThanOrEqual(height);
        expect((part.width * part.height) / (width * height)).toBeGreaterThan(0.39);
        const stretched = part.width / part.height / (width / height);
        expect(stretched).toBeGreaterThan(0.73);
        expect(stretched).toBeLessThan(1.37);
        corners.add(`${left},${top}`);
      }
    }
    expect(corners.size).toBeGreaterThan(300);
  });

  it('is the whole photo where all of it must stay', () => {
    const photo = mapOf(30, 20);
    const areas = Array.from({ length: 50 }, (_, i) => randomCrop(photo, 1, seedrandom(`${i}`)));
    expect(areas.every((part) => part.width * part.height > 0.95 * 600)).toBe(true);
  });

  it('copes with a single pixel', () => {
    expect(randomCrop(mapOf(1, 1), 0.1, seedrandom('pixel'))).toMatchObject({ width: 1, height: 1 });
  });

  it('follows the seed', () => {
    const photo = mapOf(100, 100);
    const at = (seed: string) => randomCrop(photo, 0.3, seedrandom(seed));
    expect(at('a')).toEqual(at('a'));
    expect(at('a')).not.toEqual(at('b'));
  });
});

describe('a flip', () => {
  it('puts the left to the right and leaves rows and channels alone', () => {
    const input = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    flip(input, 2);
    expect([...input]).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  });

  it.each([8, 9])('done twice is none, at a width of %i', (size) => {
    const input = noise(size, 'flip');
    const before = Uint8Array.from(input);
    flip(input, size);
    expect(input).not.toEqual(before);
    flip(input, size);
    expect(input).toEqual(before);
  });
});

describe('a change of colours', () => {
  it('is none where its amount is none', () => {
    const input = noise(16, 'jitter');
    const before = Uint8Array.from(input);
    jitterColour(input, 0, seedrandom('none'));
    expect(input).toEqual(before);
  });

  it('stops at black and white instead of wrapping around', () => {
    // A wrapped byte would show as a dark pixel in the bright half, or a bright one in the dark half.
    for (let i = 0; i < 100; i++) {
      const input = Uint8Array.from({ length: 300 }, (_, index) => (index < 150 ? 0 : 255));
      jitterColour(input, 0.4, seedrandom(`${i}`));
      expect(Math.max(...input.subarray(0, 150))).toBeLessThan(Math.min(...input.subarray(150)));
    }
  });

  it('keeps grey grey, and moves brightness no further than was asked for', () => {
    for (let i = 0; i < 100; i++) {
      const input = new Uint8Array(30).fill(100);
      jitterColour(input, 0.2, seedrandom(`${i}`));
      expect(new Set(input).size).toBe(1);
      expect(input[0]).toBeGreaterThanOrEqual(80);
      expect(input[0]).toBeLessThanOrEqual(120);
    }
  });

  it('follows the seed', () => {
    const changed = (seed: string) => {
      const input = noise(16, 'colour');
      jitterColour(input, 0.3, seedrandom(seed));
      return input;
    };
    expect(changed('a')).toEqual(changed('a'));
    expect(changed('a')).not.toEqual(changed('b'));
  });
});
