import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { layers, model as layersModel } from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import seedrandom from 'seedrandom';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backbone } from '../network/backbone.ts';
import { fineTune, startFrom } from './fine-tune.ts';
import { passOf, type FineTuneOptions } from './recipe.ts';
import type { Head } from '../network/head.ts';
import type { Teacher } from './teacher.ts';
import { startCpu } from '../network/training-backend.ts';
import { blendInto, weightsOf } from './weight-blend.ts';

const LEAVES = 3;
const FEATURES = 4;
const options: FineTuneOptions = {
  ...passOf(1),
  epochs: 3,
  batchSize: 2,
  trainSize: 16,
  warmUpSteps: 2,
  mixChance: 0.5,
  seed: 7,
};

let folder: string;
// It has the gradients that wasm lacks, on every machine.
beforeAll(startCpu);
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fine-tune-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let instance = 0;

/** A network in small: one convolution and the mean, always with the same weights. */
function smallBackbone(): Backbone {
  const random = seedrandom('weights');
  const input = layersInput();
  const convolution = layers.conv2d({ filters: FEATURES, kernelSize: 3, strides: 2, name: `stem-${instance++}` });
  const pooled = layers.globalAveragePooling2d({}).apply(layers.reLU({ maxValue: 6 }).apply(convolution.apply(input)));
  const model = layersModel({ inputs: input, outputs: pooled as never });
  const filled = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => random() - 0.5),
      shape,
    );
  };
  convolution.setWeights([filled([3, 3, 3, FEATURES]), tf.zeros([FEATURES])]);
  return {
    name: 'small',
    weightsSha256: '',
    model,
    inputSize: 16,
    featureSize: FEATURES,
    scaling: { mean: 127, deviation: 128 },
  };
}

function layersInput() {
  return (layers.inputLayer({ batchInputShape: [null, null, null, 3] }).inboundNodes[0]!.outputTensors as never[])[0]!;
}

async function photos() {
  const names = ['amanita-muscaria-1', 'boletus-edulis-1', 'amanita-phalloides-1', 'amanita-muscaria-2'];
  return Promise.all(
    names.map(async (name, index) => ({
      encoded: await readFile(new URL(`../../../data/licensed/${name}.jpg`, import.meta.url)),
      path: name,
      label: name,
      source: 'licensed',
      split: 'train' as const,
      classes: index === 3 ? [0, 1] : [index % LEAVES],
    })),
  );
}

const head: Head = {
  kernel: Float32Array.from({ length: FEATURES * LEAVES }, (_, index) => Math.sin(index)),
  bias: new Float32Array(LEAVES),
};

async function run(
  backbone: Backbone,
  changed: Partial<FineTuneOptions> = {},
  validate = async () => 1,
  teacher?: Teacher,
  change = (all: Awaited<ReturnType<typeof photos>>) => all,
) {
  return fineTune({
    teacher,
    backbone,
    startHead: async () => head,
    photos: change(await photos()),
    classes: LEAVES,
    spec: { size: 16, fit: 'stretch' },
    options: { ...options, ...changed },
    checkpoints: folder,
    validate,
  });
}

describe('fine-tuning', () => {
  it('changes the head and the backbone', async () => {
    const backbone = smallBackbone();
    const before = backbone.model.getWeights()[0]!.dataSync().slice();
    const result = await run(backbone);
    expect(result.history).toHaveLength(3);
    expect(result.history.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
    expect([...result.head.kernel]).not.toEqual([...head.kernel]);
    expect([...backbone.model.getWeights()[0]!.dataSync()]).not.toEqual([...before]);
  });

  it('leaves the frozen share of the backbone as it was', async () => {
    const backbone = smallBackbone();
    const before = backbone.model.getWeights()[0]!.dataSync().slice();
    await run(backbone, { frozenShare: 1 });
    expect([...backbone.model.getWeights()[0]!.dataSync()]).toEqual([...before]);
  });

  it('ends the same after a kill as without one', async () => {
    const whole = await run(smallBackbone());
    await rm(folder, { recursive: true });

    let epochs = 0;
    const killed = run(smallBackbone(), {}, async () => {
      if (++epochs === 2) throw new Error('killed');
      return 1;
    });
    await expect(killed).rejects.toThrow('killed');
    const resumed = await run(smallBackbone());
    // Adam's bias correction is a power after a restart and a running product before: the last bit may differ.
    expect(resumed.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    resumed.history.forEach(({ trainLoss }, index) =>
      expect(trainLoss).toBeCloseTo(whole.history[index]!.trainLoss, 5),
    );
    resumed.head.kernel.forEach((value, index) => expect(value).toBeCloseTo(whole.head.kernel[index]!, 5));
  });

  it('does not go on with other options', async () => {
    await run(smallBackbone());
    await expect(run(smallBackbone(), { batchSize: 4 })).rejects.toThrow('holds a run with other options');
  });

  it.each<[string, Parameters<typeof run>[4]]>([
    ['a photo less', (all) => all.slice(1)],
    ['other classes', ([first, ...others]) => [{ ...first!, classes: [2] }, ...others]],
    ['another photo under the name of one', ([a, b, ...others]) => [{ ...a!, encoded: b!.encoded }, b!, ...others]],
  ])('does not go on with %s', async (_, change) => {
    await run(smallBackbone(), { epochs: 1 });
    const changed = run(smallBackbone(), { epochs: 1 }, undefined, undefined, change);
    await expect(changed).rejects.toThrow('holds a run on other photos, or with another backbone or teacher');
  });

  it('does not go on with another backbone or teacher in the place of the first', async () => {
    await run(smallBackbone(), { epochs: 1 });
    const other = { ...smallBackbone(), weightsSha256: 'another' };
    await expect(run(other, { epochs: 1 })).rejects.toThrow('another backbone or teacher');
    await expect(run(smallBackbone(), { epochs: 1 }, undefined, teacherOf2())).rejects.toThrow(
      'another backbone or teacher',
    );
  });

  it('is another where features are silenced', async () => {
    const plain = await run(smallBackbone());
    await rm(folder, { recursive: true });
    const silenced = await run(smallBackbone(), { featureDropout: 0.5 });
    expect([...silenced.head.kernel]).not.toEqual([...plain.head.kernel]);
  });

  it('counts the seconds of the sittings before', async () => {
    expect((await run(smallBackbone())).secondsBefore).toBe(0);
    const index = path.join(folder, 'checkpoint.json');
    const saved = JSON.parse(await readFile(index, 'utf8')) as { state: { seconds: number } };
    saved.state.seconds = 40;
    await writeFile(index, JSON.stringify(saved));
    expect((await run(smallBackbone())).secondsBefore).toBe(40);
  });
});

/** Says class 2 of every view, and notes what it was shown. */
function teacherOf2(): Teacher & { shown: number[][] } {
  const shown: number[][] = [];
  return {
    shown,
    sha256: 'of class 2',
    size: 24,
    labels: [],
    sharesOf: (images) => {
      shown.push(images.shape);
      return tf.tile(tf.tensor2d([[0, 0, 1]]), [images.shape[0], 1]);
    },
  };
}

describe('fine-tuning by a teacher', () => {
  it('learns what the teacher says and not what the labels say', async () => {
    const teacher = teacherOf2();
    const { history, head: learnt } = await run(
      smallBackbone(),
      { epochs: 30, headRate: 0.05, averageDecay: 0.5 },
      undefined,
      teacher,
    );
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss / 2);
    expect(learnt.bias.indexOf(Math.max(...learnt.bias))).toBe(2);
  });

  it('learns from both in the measure that is asked for', async () => {
    const biasOf2: number[] = [];
    for (const teacherShare of [0, 0.5, 1]) {
      folder = await mkdtemp(path.join(folder, 'share-'));
      const changed = { epochs: 10, headRate: 0.05, averageDecay: 0.5, teacherShare };
      const { head: learnt } = await run(smallBackbone(), changed, undefined, teacherOf2());
      biasOf2.push(learnt.bias[2]! - Math.max(learnt.bias[0]!, learnt.bias[1]!));
    }
    expect(biasOf2).toEqual(biasOf2.toSorted((a, b) => a - b));
    expect(biasOf2[0]).toBeLessThan(0);
    expect(biasOf2[2]).toBeGreaterThan(0);
  });

  it('shows the teacher every view at its own size', async () => {
    const teacher = teacherOf2();
    await run(smallBackbone(), { epochs: 1 }, undefined, teacher);
    expect(teacher.shown).toEqual([
      [2, 24, 24, 3],
      [2, 24, 24, 3],
    ]);
  });
});

describe('starting from an earlier run', () => {
  it('takes its averaged weights and its head', async () => {
    const first = smallBackbone();
    const { head: left } = await run(first);
    const next = smallBackbone();
    const head = await startFrom(folder, next, LEAVES);
    expect(head).toEqual(left);
    expect([...next.model.getWeights()[0]!.dataSync()]).toEqual([...first.model.getWeights()[0]!.dataSync()]);
  });

  it('refuses a folder without a run, and one of other classes', async () => {
    await expect(startFrom(folder, smallBackbone(), LEAVES)).rejects.toThrow('holds no run to start from');
    await run(smallBackbone(), { epochs: 1 });
    await expect(startFrom(folder, smallBackbone(), LEAVES + 1)).rejects.toThrow('of other classes');
  });
});

describe('going part of the way back to earlier weights', () => {
  it('lands in between, in the measure that is asked for', () => {
    const backbone = smallBackbone();
    const [kernel] = backbone.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const earlier = weightsOf(backbone);
    const before = kernel!.dataSync().slice();
    kernel!.assign(tf.add(kernel!, 1));
    blendInto(backbone, earlier, 0.25);
    kernel!.dataSync().forEach((value, index) => expect(value).toBeCloseTo(before[index]! + 0.75, 5));
  });
});
