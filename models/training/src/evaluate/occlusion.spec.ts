import { describe, expect, it } from 'vitest';
import { hide, hotCostsMore, hotRegion, meanDrops, shiftedAtRandom } from './occlusion.ts';

const SIZE = 12;
const input = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, at) => at % 100);

const placesIn = (region: Uint8Array) => [...region.keys()].filter((at) => region[at] === 1);

describe('the hot region', () => {
  const map = { height: 2, width: 2, values: Float32Array.of(0, 1, 0.2, 0), peak: null };

  it('is a sixth of the photo, where the map is hottest', () => {
    const places = placesIn(hotRegion(map, SIZE));
    expect(places).toHaveLength(24);
    for (const at of places) {
      expect(at % SIZE).toBeGreaterThanOrEqual(SIZE / 2);
      expect(Math.floor(at / SIZE)).toBeLessThan(SIZE / 2);
    }
  });

  it('may lie in several places', () => {
    const two = { height: 1, width: 5, values: Float32Array.of(1, 0, 0, 0, 1), peak: null };
    const columns = new Set(placesIn(hotRegion(two, SIZE)).map((at) => at % SIZE));
    expect(columns).toEqual(new Set([0, SIZE - 1]));
  });
});

describe('a region at random places', () => {
  const corner = new Uint8Array(SIZE * SIZE);
  corner.set([1, 1]);
  corner.set([1], SIZE);
  const shifted = shiftedAtRandom(corner, SIZE, 500, 'seed');

  it('has the same size and, round the edges, the same shape', () => {
    for (const region of shifted) {
      expect(placesIn(region)).toHaveLength(3);
      const isCorner = (at: number) => {
        const [row, column] = [Math.floor(at / SIZE), at % SIZE];
        return region[row * SIZE + ((column + 1) % SIZE)] === 1 && region[((row + 1) % SIZE) * SIZE + column] === 1;
      };
      expect(placesIn(region).filter(isCorner)).toHaveLength(1);
    }
  });

  it('can be anywhere', () => {
    expect(new Set(shifted.flatMap(placesIn)).size).toBe(SIZE * SIZE);
  });

  it('is the same for the same seed, and others for another', () => {
    expect(shiftedAtRandom(corner, SIZE, 5, 'a')).toEqual(shiftedAtRandom(corner, SIZE, 5, 'a'));
    expect(shiftedAtRandom(corner, SIZE, 5, 'a')).not.toEqual(shiftedAtRandom(corner, SIZE, 5, 'b'));
  });
});

it('hiding a region gives it the photo’s mean colour, leaves all else, and leaves the photo itself', () => {
  const before = Uint8Array.from(input);
  const region = Uint8Array.from({ length: SIZE * SIZE }, (_, at) => (at % 7 === 0 ? 1 : 0));
  const hidden = hide(input, region);
  expect(input).toEqual(before);
  const mean = [0, 1, 2].map((channel) => {
    const values = input.filter((_, at) => at % 3 === channel);
    return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  });
  hidden.forEach((value, at) => expect(value).toBe(Math.floor(at / 3) % 7 === 0 ? mean[at % 3] : input[at]));
});

describe('a photo passes', () => {
  it('where hiding the hot region costs more than hiding a random one on average', () => {
    expect(hotCostsMore({ hot: 0.3, random: [0.5, 0, 0] })).toBe(true);
    expect(hotCostsMore({ hot: 0.1, random: [0.5, 0, 0] })).toBe(false);
  });

  it('not where both cost the same: nothing at all, say', () => {
    expect(hotCostsMore({ hot: 0, random: [0, 0] })).toBe(false);
  });
});

it('the mean drop is over photos, each with its random places averaged first', () => {
  const photos = [
    { hot: 0.5, random: [0.2, 0.4] },
    { hot: 0.1, random: [-0.1, -0.1, -0.1] },
  ];
  const { hot, random } = meanDrops(photos);
  expect(hot).toBeCloseTo(0.3, 9);
  expect(random).toBeCloseTo(0.1, 9);
});
