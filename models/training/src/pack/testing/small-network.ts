import seedrandom from 'seedrandom';
import type { Network, Weights } from '../../network/network.ts';

/** Pixels a side. */
export const SMALL_SIZE = 17;
export const SMALL_CLASSES = 5;
const random = seedrandom('weights');

/** The more of them are added up, the smaller they are: no layer ends at the limit of its activation everywhere. */
function weights(...shape: number[]): Weights {
  const size = shape.reduce((a, b) => a * b, 1);
  const terms = shape.at(-1) === 1 ? shape[0]! * shape[1]! : size / shape.at(-1)!;
  return { shape, values: Float32Array.from({ length: size }, () => ((random() - 0.48) * 4) / Math.sqrt(terms)) };
}

/** Everything that a real network has: strides on odd sizes, both paddings, with and without activation, a shortcut. */
export const smallNetwork: Network = {
  inputName: 'image',
  inputSize: SMALL_SIZE,
  logits: 'logits',
  features: 'features',
  operations: [
    { op: 'scale', name: 'scaled', input: 'image', multiply: 1 / 128, add: -1 },
    {
      op: 'conv',
      name: 'stem',
      input: 'scaled',
      kernel: weights(3, 3, 3, 8),
      bias: weights(8),
      stride: 2,
      padding: 'same',
      relu6: true,
    },
    {
      op: 'depthwise',
      name: 'spread',
      input: 'stem',
      kernel: weights(3, 3, 8, 1),
      bias: weights(8),
      stride: 2,
      padding: 'same',
      relu6: true,
    },
    {
      op: 'conv',
      name: 'left',
      input: 'spread',
      kernel: weights(1, 1, 8, 6),
      bias: weights(6),
      stride: 1,
      padding: 'same',
      relu6: false,
    },
    {
      op: 'conv',
      name: 'right',
      input: 'left',
      kernel: weights(3, 3, 6, 6),
      bias: weights(6),
      stride: 1,
      padding: 'same',
      relu6: false,
    },
    { op: 'add', name: 'sum', inputs: ['left', 'right'] },
    {
      op: 'conv',
      name: 'last',
      input: 'sum',
      kernel: weights(3, 3, 6, 7),
      bias: weights(7),
      stride: 1,
      padding: 'valid',
      relu6: true,
    },
    { op: 'mean', name: 'features', input: 'last' },
    { op: 'dense', name: 'logits', input: 'features', kernel: weights(7, SMALL_CLASSES), bias: weights(SMALL_CLASSES) },
  ],
};

/** The pixels of some photos, which differ. */
export const smallPhotos = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * SMALL_SIZE * SMALL_SIZE * 3 }, () => Math.floor(random() * 256));
