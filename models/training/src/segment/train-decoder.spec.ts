import * as tf from '@tensorflow/tfjs-core';
import seedrandom from 'seedrandom';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startCpu } from '../network/training-backend.ts';
import { LEVELS, type FeatureMaps } from './feature-levels.ts';
import { decodeMaps, maskLoss, trainDecoder, type MaskedMaps } from './train-decoder.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// It has the gradients that wasm lacks, on every machine.
beforeAll(startCpu);

/** Of a photo of 32 × 32 pixels: small enough for the cpu backend. */
const SIDES = LEVELS.map(({ stride }) => 32 / stride);

/** Feature maps of noise, with one channel of each level that is larger where the specimen is: a square somewhere. */
function photo(seed: string): MaskedMaps {
  const random = seedrandom(seed);
  const [left, top] = [Math.floor(random() * 4), Math.floor(random() * 4)];
  const isSpecimen = (x: number, y: number) => x >= left && x < left + 4 && y >= top && y < top + 4;
  const maps: FeatureMaps = LEVELS.map(({ channels }, level) => {
    const side = SIDES[level]!;
    const scale = SIDES[0]! / side;
    return Float32Array.from({ length: side * side * channels }, (_, place) => {
      const cell = Math.floor(place / channels);
      const here = isSpecimen(((cell % side) + 0.5) * scale, (Math.floor(cell / side) + 0.5) * scale);
      return random() - 0.5 + (place % channels === 3 && here ? 4 : 0);
    });
  });
  const side = SIDES[0]!;
  const target = Float32Array.from({ length: side * side }, (_, cell) =>
    isSpecimen((cell % side) + 0.5, Math.floor(cell / side) + 0.5) ? 1 : 0,
  );
  return { maps, target };
}

const training = { epochs: 8, batchSize: 2, learningRate: 2e-2, weightDecay: 0, seed: 1 };
const photos = (count: number, kind: string) =>
  Array.from({ length: count }, (_, index) => [photo(`${kind}/${index}`)]);

describe('training a decoder', () => {
  it('learns to find in new photos what it was shown in others', async () => {
    const decoder = await trainDecoder(photos(8, 'train'), training, 'spec');
    const unseen = photos(4, 'test').map(([view]) => view!);
    const masks = decodeMaps(
      unseen.map(({ maps }) => maps),
      decoder,
    );
    masks.forEach((logits, index) => {
      const right = logits.filter((logit, cell) => logit > 0 === unseen[index]!.target[cell]! > 0.5).length;
      expect(right / logits.length).toBeGreaterThan(0.95);
    });
    tf.dispose(decoder);
  });

  it('gives the same decoder for the same seed, and leaves no other tensor behind', async () => {
    const before = tf.memory().numTensors;
    const short = { ...training, epochs: 1 };
    const [one, two] = [
      await trainDecoder(photos(2, 'train'), short, 'spec'),
      await trainDecoder(photos(2, 'train'), short, 'spec'),
    ];
    for (const name of Object.keys(one)) expect(one[name]!.dataSync()).toEqual(two[name]!.dataSync());
    tf.dispose([one, two]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the loss of a mask', () => {
  const of = (logit: number, target: number) =>
    maskLoss(tf.fill([1, 4, 4, 1], logit), tf.fill([1, 4, 4, 1], target)).dataSync()[0]!;

  it('is small where the mask is right and sure, and finite however wrong it is', () => {
    expect(of(20, 1)).toBeLessThan(0.01);
    expect(of(-20, 0)).toBeLessThan(0.01);
    expect(of(0, 1)).toBeGreaterThan(0.5);
    expect(of(-1000, 1)).toBeGreaterThan(100);
    expect(Number.isFinite(of(-1000, 1))).toBe(true);
  });
});
