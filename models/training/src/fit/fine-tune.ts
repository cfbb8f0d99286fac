import { sha256 } from '@mushroom/recognition/registry/storage/sha256';
import * as tf from '@tensorflow/tfjs-core';
import { rollup } from 'd3-array';
import seedrandom, { type prng } from 'seedrandom';
import { inputOf } from '../data/batches.ts';
import { fingerprintOf } from '../data/fingerprint.ts';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import type { InputSpec } from '@mushroom/recognition/bundle/bundle.schema';
import { scaled, type Backbone } from '../network/backbone.ts';
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.ts';
import { headOf, logitsOf, type Head, type HeadVariables } from '../network/head.ts';
import { cosine, setLearningRate } from '../network/learning-rate.ts';
import { marginalLoss, membershipOf } from './marginal-likelihood.ts';
import { betaSample, cutmix, mixup, type MixedBatch } from './mix-photos.ts';
import { withProgress } from '../terminal/progress.ts';
import { shrinkBatch } from './shrink-batch.ts';
import type { FineTuneOptions } from './recipe.ts';
import type { TaughtPhoto } from './training-data.ts';
import type { Teacher } from './teacher.ts';

interface State {
  options: FineTuneOptions;
  /** Of what it learns from: the backbone's weights, the teacher's, and the photos' files and classes. */
  inputsSha256?: string;
  history: EpochLosses[];
  lossSum: number;
  /** Wall time of all sittings together, up to this checkpoint. */
  seconds?: number;
}

const SAVE_EVERY = 150;

/**
 * Puts the averaged weights of an earlier run into the backbone.
 *
 * @returns the earlier run's head.
 * @throws Error where the folder holds no run of this backbone and these classes.
 */
export async function startFrom(checkpoints: string, backbone: Backbone, classes: number): Promise<Head> {
  const checkpoint = await loadCheckpoint<State>(checkpoints);
  if (!checkpoint) throw new Error(`${checkpoints} holds no run to start from`);
  const { tensors, state } = checkpoint;
  const variables = upperVariables(backbone, state.options.frozenShare);
  const kernel = tensors[`average/${variables.length}`];
  const bias = tensors[`average/${variables.length + 1}`];
  if (!kernel || bias?.shape[0] !== classes) {
    throw new Error(`${checkpoints} holds a run of another backbone or of other classes`);
  }
  assignAll(variables, numbered(tensors, 'average'));
  const head = headOf({ kernel, bias });
  tf.dispose(tensors);
  return head;
}

/**
 * Fine-tunes backbone and head together, in place, and leaves the moving average of the weights in them. Goes on
 * from the last checkpoint in `checkpoints` where there is one with the same options and photos.
 *
 * @param photos training photos; those without classes are left out.
 * @param validate mean loss on `val` with the weights as they then are.
 * @returns the head, the losses of each epoch, and the seconds of the sittings before this one.
 */
export async function fineTune(input: {
  backbone: Backbone;
  /** The head to begin with; asked for only where there is no checkpoint to go on from. */
  startHead: () => Promise<Head>;
  photos: readonly TaughtPhoto[];
  classes: number;
  spec: InputSpec;
  options: FineTuneOptions;
  checkpoints: string;
  /**
   * Learn its answers instead of the labels, or beside them. It sees the very views that the network sees, mixed and
   * all (Beyer et al. 2022, arXiv:2106.05237), at its own size.
   */
  teacher?: Teacher | undefined;
  validate: (head: Head) => Promise<number>;
}): Promise<{ head: Head; history: EpochLosses[]; secondsBefore: number }> {
  const started = performance.now();
  const { backbone, classes, options } = input;
  const photos = input.photos.filter((photo) => photo.classes.length > 0);
  const spec: InputSpec = { ...input.spec, size: input.teacher?.size ?? options.trainSize };

  const checkpoint = await loadCheckpoint<State>(input.checkpoints);
  const start = checkpoint ? undefined : await input.startHead();
  const kernelShape: [number, number] = [backbone.featureSize, classes];
  const head: HeadVariables = {
    kernel: tf.variable(start ? tf.tensor2d(start.kernel, kernelShape) : tf.zeros(kernelShape)),
    bias: tf.variable(start ? tf.tensor1d(start.bias) : tf.zeros([classes])),
  };
  const backboneVariables = upperVariables(backbone, options.frozenShare);
  const headVariables = Object.values(head) as tf.Variable[];
  const variables = [...backboneVariables, ...headVariables];
  const averages = variables.map((variable) => tf.variable(tf.clone(variable), false));
  const groups = [
    { variables: backboneVariables, rate: options.backboneRate, optimizer: tf.train.adam(options.backboneRate) },
    { variables: headVariables, rate: options.headRate, optimizer: tf.train.adam(options.headRate) },
  ];
  const training: Training = { variables, averages, optimizers: groups.map(({ optimizer }) => optimizer) };

  const stepsAnEpoch = Math.floor(photos.length / options.batchSize);
  const steps = options.epochs * stepsAnEpoch;
  const inputsSha256 = sha256(
    JSON.stringify([
      backbone.weightsSha256,
      input.teacher?.sha256,
      photos.map((photo) => [photo.path, fingerprintOf(photo.encoded), photo.classes]),
    ]),
  );
  const state: State = { options, inputsSha256, history: [], lossSum: 0, seconds: 0 };
  let step = 0;
  if (checkpoint) {
    if (JSON.stringify(checkpoint.state.options) !== JSON.stringify(options)) {
      throw new Error(`${input.checkpoints} holds a run with other options; remove it, or give the same options`);
    }
    if (checkpoint.state.inputsSha256 !== inputsSha256) {
      throw new Error(
        `${input.checkpoints} holds a run on other photos, or with another backbone or teacher; remove it, or give the same`,
      );
    }
    Object.assign(state, checkpoint.state);
    step = await restore(checkpoint, training);
  }
  const secondsBefore = state.seconds ?? 0;
  if (step > 0) console.log(`fine-tuning: going on from step ${step} of ${steps}`);

  await withProgress('fine-tuning', steps, async (show) => {
    show(step);
    let order = epochOrder(photos, Math.floor(step / stepsAnEpoch), options);
    const batchAt = (index: number) => {
      const epoch = Math.floor(index / stepsAnEpoch);
      if (index % stepsAnEpoch === 0) order = epochOrder(photos, epoch, options);
      const start = (index % stepsAnEpoch) * options.batchSize;
      return decodeBatch(photos, order.slice(start, start + options.batchSize), epoch, spec, options);
    };

    let next = step < steps ? batchAt(step) : undefined;
    while (step < steps) {
      const batch = await next!;
      // The next photos are decoded by other threads while this step computes.
      next = step + 1 < steps ? batchAt(step + 1) : undefined;
      // A photo that can't be read is reported when its turn comes, not while this step's own awaits run.
      next?.catch(() => {});
      const loss = trainStep(batch, backbone, head, variables, {
        classes,
        options,
        teacher: input.teacher,
        random: seedrandom(`${options.seed}/step/${step}`),
        apply: (grads) => {
          for (const { variables: members, rate, optimizer } of groups) {
            const now = rate * schedule(step, steps, options.warmUpSteps);
            setLearningRate(optimizer, now);
            optimizer.applyGradients(members.map(({ name }) => ({ name, tensor: grads[name]! })));
            for (const variable of members) {
              if (variable.rank > 1) variable.assign(tf.mul(variable, 1 - now * options.weightDecay));
            }
          }
        },
      });
      step++;
      const decay = Math.min(options.averageDecay, (1 + step) / (10 + step));
      tf.tidy(() => {
        averages.forEach((average, index) =>
          average.assign(tf.add(tf.mul(average, decay), tf.mul(variables[index]!, 1 - decay))),
        );
      });
      state.lossSum += loss;
      show(step, `· loss ${loss.toFixed(3)}`);

      if (step % stepsAnEpoch === 0) {
        const kept = variables.map((variable) => tf.clone(variable));
        assignAll(variables, averages);
        const valLoss = await input.validate(headOf(head));
        assignAll(variables, kept);
        tf.dispose(kept);
        const epoch = step / stepsAnEpoch;
        state.history.push({ epoch, trainLoss: state.lossSum / stepsAnEpoch, valLoss });
        state.lossSum = 0;
        console.log(`\nepoch ${epoch}: train ${state.history.at(-1)!.trainLoss.toFixed(4)}, val ${valLoss.toFixed(4)}`);
      }
      if (step % SAVE_EVERY === 0 || step % stepsAnEpoch === 0) {
        state.seconds = Math.round(secondsBefore + (performance.now() - started) / 1000);
        await saveCheckpoint(input.checkpoints, { step, state, tensors: await tensorsOf(training) });
      }
    }
  });

  assignAll(variables, averages);
  const trained = headOf(head);
  groups.forEach(({ optimizer }) => optimizer.dispose());
  tf.dispose([...headVariables, ...averages]);
  return { head: trained, history: state.history, secondsBefore };
}

function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  variables.forEach((variable, index) => variable.assign(values[index]!));
}

/** The variables of the layers above the frozen share, in the order of the layers. */
function upperVariables(backbone: Backbone, frozenShare: number): tf.Variable[] {
  const all = backbone.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return all.slice(Math.round(all.length * frozenShare));
}

/** Linear warm-up, then a cosine to zero. */
function schedule(step: number, steps: number, warmUp: number): number {
  if (step < warmUp) return (step + 1) / warmUp;
  return cosine(step - warmUp, Math.max(1, steps - warmUp));
}

/**
 * The photos of an epoch, drawn with weights that soften the imbalance of labels; the same for the same seed and
 * epoch. Efraimidis & Spirakis 2006 (weighted sampling by the largest u^(1/w)), without replacement at balance 0.
 */
function epochOrder(photos: readonly TaughtPhoto[], epoch: number, options: FineTuneOptions): number[] {
  const random = seedrandom(`${options.seed}/epoch/${epoch}`);
  const counts = rollup(
    photos,
    ({ length }) => length,
    ({ label }) => label,
  );
  const weights = photos.map(({ label }) => counts.get(label)! ** -options.balance);
  const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
  const drawn: { photo: number; key: number }[] = [];
  weights.forEach((weight, photo) => {
    const expected = weight / mean;
    const times = Math.floor(expected) + (random() < expected % 1 ? 1 : 0);
    for (let i = 0; i < times; i++) drawn.push({ photo, key: random() });
  });
  const order = drawn.sort((a, b) => a.key - b.key).map(({ photo }) => photo);
  while (order.length < photos.length) order.push(Math.floor(random() * photos.length));
  return order;
}

async function decodeBatch(
  photos: readonly TaughtPhoto[],
  rows: readonly number[],
  epoch: number,
  spec: InputSpec,
  options: FineTuneOptions,
) {
  const view = { kind: 'random' as const, seed: `${options.seed}/${epoch}`, augment: options.augment };
  const inputs = await Promise.all(rows.map((row) => inputOf(photos[row]!.encoded, row, spec, view)));
  const length = spec.size * spec.size * 3;
  const pixels = new Float32Array(rows.length * length);
  inputs.forEach((pixelsOfPhoto, place) => pixels.set(pixelsOfPhoto, place * length));
  return {
    images: tf.tensor4d(pixels, [rows.length, spec.size, spec.size, 3]),
    classSets: rows.map((row) => photos[row]!.classes),
  };
}

function trainStep(
  batch: Awaited<ReturnType<typeof decodeBatch>>,
  backbone: Backbone,
  head: HeadVariables,
  variables: tf.Variable[],
  how: {
    classes: number;
    options: FineTuneOptions;
    teacher: Teacher | undefined;
    random: prng;
    apply: (grads: tf.NamedTensorMap) => void;
  },
): number {
  const { classes, options, teacher, random } = how;
  const seed = random.int32();
  const loss = tf.tidy(() => {
    const mixed = mix(batch.images, options.mixChance, random);
    const taught = teacher?.sharesOf(mixed.images);
    const seen = teacher ? shrinkBatch(mixed.images, options.trainSize) : mixed.images;
    const image = scaled(seen, backbone);
    const own = tf.tensor2d(membershipOf(batch.classSets, classes), [batch.classSets.length, classes]);
    const { value, grads } = tf.variableGrads(() => {
      const pooled = backbone.model.apply(image, { training: true }) as tf.Tensor2D;
      const features =
        options.featureDropout > 0 ? tf.dropout(pooled, options.featureDropout, undefined, seed) : pooled;
      const logits = logitsOf(features as tf.Tensor2D, head);
      const ofLabels = () => labelledLoss(logits, own, mixed.share, options.labelSmoothing);
      if (!taught) return ofLabels();
      const weight = options.teacherShare ?? 1;
      const ofTeacher = taughtLoss(logits, taught);
      return weight === 1 ? ofTeacher : tf.add(tf.mul(ofTeacher, weight), tf.mul(ofLabels(), 1 - weight));
    }, variables);
    how.apply(grads);
    return value.dataSync()[0]!;
  });
  batch.images.dispose();
  return loss;
}

function labelledLoss(logits: tf.Tensor2D, own: tf.Tensor2D, share: number, labelSmoothing: number): tf.Scalar {
  const ofLabels =
    share === 1
      ? marginalLoss(logits, own)
      : tf.add(tf.mul(marginalLoss(logits, own), share), tf.mul(marginalLoss(logits, tf.reverse(own, 0)), 1 - share));
  const uniform = tf.neg(tf.mean(tf.logSoftmax(logits), 1));
  return tf.mean(tf.add(tf.mul(ofLabels, 1 - labelSmoothing), tf.mul(uniform, labelSmoothing))) as tf.Scalar;
}

/**
 * Cross-entropy with the teacher's calibrated shares: what it says of the classes beside the best one is much of what
 * there is to learn (Hinton et al. 2015, arXiv:1503.02531). They are not softened further: a teacher that learnt from
 * smoothed labels and mixed photos is soft already, and at twice its temperature its shares of 323 classes are nearly even.
 */
function taughtLoss(logits: tf.Tensor2D, shares: tf.Tensor): tf.Scalar {
  return tf.mean(tf.neg(tf.sum(tf.mul(shares, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

function mix(images: tf.Tensor4D, chance: number, random: () => number): MixedBatch {
  if (random() >= chance) return { images, share: 1 };
  return random() < 0.5 ? mixup(images, betaSample(0.4, random)) : cutmix(images, betaSample(1, random), random);
}

/** What a run computes with, and a checkpoint keeps. */
interface Training {
  variables: tf.Variable[];
  averages: tf.Variable[];
  optimizers: tf.AdamOptimizer[];
}

async function tensorsOf({ variables, averages, optimizers }: Training): Promise<tf.NamedTensorMap> {
  const tensors: tf.NamedTensorMap = {};
  variables.forEach((variable, index) => (tensors[`variable/${index}`] = variable));
  averages.forEach((average, index) => (tensors[`average/${index}`] = average));
  for (const [group, optimizer] of optimizers.entries()) {
    for (const [index, { tensor }] of (await optimizer.getWeights()).entries())
      tensors[`optimizer/${group}/${index}`] = tensor;
  }
  return tensors;
}

/** The tensors that {@link tensorsOf} named `<kind>/0`, `<kind>/1` and so on. */
function numbered(tensors: tf.NamedTensorMap, kind: string): tf.Tensor[] {
  const own = Object.keys(tensors).filter((name) => name.startsWith(`${kind}/`));
  return own.map((_, index) => tensors[`${kind}/${index}`]!);
}

/** @returns the step to go on from. */
async function restore(
  { step, tensors }: Checkpoint<State>,
  { variables, averages, optimizers }: Training,
): Promise<number> {
  assignAll(variables, numbered(tensors, 'variable'));
  assignAll(averages, numbered(tensors, 'average'));
  for (const [group, optimizer] of optimizers.entries()) {
    const weights = numbered(tensors, `optimizer/${group}`);
    await optimizer.setWeights(weights.map((tensor, index) => ({ name: `${index}`, tensor })));
  }
  return step;
}
