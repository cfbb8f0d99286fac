import { describe, expect, it } from 'vitest';
import { fusePhotos } from '../decision/distribution.ts';
import { POOLS, sharpened, type Pool } from './fusion-pools.ts';

const logs = (...probabilities: number[]) => Float64Array.from(probabilities, Math.log);
const probabilitiesOf = (pool: Pool, ...photos: Float64Array[]) => [...pool(photos).map(Math.exp)];
const rounded = (values: number[]) => values.map((value) => Number(value.toFixed(9)));
const ratio = ([a, b]: number[]) => a! / b!;

const sure = logs(0.9, 0.05, 0.05);
const other = logs(0.2, 0.5, 0.3);
const flat = logs(1 / 3, 1 / 3, 1 / 3);
const pool = (name: string) => POOLS[name]!;

describe.each(Object.entries(POOLS))('the %s', (_, fuse) => {
  it('says of one photo what the photo says', () => {
    expect(rounded(probabilitiesOf(fuse, other))).toEqual([0.2, 0.5, 0.3]);
  });

  it('says of a photo that comes twice what it says once', () => {
    expect(rounded(probabilitiesOf(fuse, sure, sure))).toEqual([0.9, 0.05, 0.05]);
  });

  it('does not depend on the order, and sums to 1', () => {
    const fused = probabilitiesOf(fuse, sure, other, flat);
    expect(rounded(probabilitiesOf(fuse, flat, sure, other))).toEqual(rounded(fused));
    expect(fused.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('stays finite where photos are as sure as numbers can be', () => {
    const certain = Float64Array.of(0, -2000, -2000);
    const contrary = Float64Array.of(-2000, 0, -2000);
    expect(fuse([certain, contrary]).every(Number.isFinite)).toBe(true);
  });
});

describe('pools of photos that differ', () => {
  it('average probabilities, or their logarithms', () => {
    expect(rounded(probabilitiesOf(pool('arithmetic mean'), sure, other))).toEqual([0.55, 0.275, 0.175]);
    expect(rounded(probabilitiesOf(pool('geometric mean'), sure, other))).toEqual(
      rounded([...fusePhotos([sure, other])]),
    );
  });

  it('take the best that any photo says of a species', () => {
    expect(ratio(probabilitiesOf(pool('maximum'), sure, other))).toBeCloseTo(0.9 / 0.5, 9);
  });

  it.each(['arithmetic mean', 'geometric mean'])('%s by certainty: an undecided photo has hardly a say', (name) => {
    const [plain] = probabilitiesOf(pool(name), sure, flat);
    const [byCertainty] = probabilitiesOf(pool(`${name} by certainty`), sure, flat);
    expect(plain).toBeLessThan(0.9);
    expect(byCertainty).toBeCloseTo(0.9, 6);
    expect(rounded(probabilitiesOf(pool(`${name} by certainty`), flat, flat))).toEqual(Array(3).fill(0.333333333));
  });
});

describe('a sharpened pool', () => {
  const geometric = pool('geometric mean');

  it('is the pool itself at exponent 0, and for a single photo at any', () => {
    expect(probabilitiesOf(sharpened(geometric, 0), sure, other)).toEqual(probabilitiesOf(geometric, sure, other));
    expect(rounded(probabilitiesOf(sharpened(geometric, 1), other))).toEqual([0.2, 0.5, 0.3]);
  });

  it('is the product of the photos at exponent 1', () => {
    expect(ratio(probabilitiesOf(sharpened(geometric, 1), sure, other))).toBeCloseTo((0.9 * 0.2) / (0.05 * 0.5), 9);
  });

  it('is surer the higher the exponent, of the same species', () => {
    const [at0, at5, at10] = [0, 0.5, 1].map(
      (exponent) => probabilitiesOf(sharpened(geometric, exponent), sure, sure)[0]!,
    );
    expect(at5).toBeGreaterThan(at0!);
    expect(at10).toBeGreaterThan(at5!);
  });
});
