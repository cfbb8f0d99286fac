import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { PHOTO_LIMITS } from '../photos/photo-limits.ts';
import { Problem } from '../problems.ts';
import { BATCH_LIMIT, type InferRequest, type InferResponse, type ModelMetadata } from './open-inference.schema.ts';

type InputTensor = InferRequest['inputs'][number];
type OutputTensor = InferResponse['outputs'][number];

/** A request's input: encoded photos that are yet to be decoded, or what the model takes. */
export type InferInput = { photos: Buffer[] } | { pixels: ModelInput[] };

const OUTPUTS = ['logits', 'probabilities'] as const;
const CHANNELS = 3;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The tensors that a model takes and gives. */
export function tensorsOf({ input: { size }, labels }: Bundle): Pick<ModelMetadata, 'inputs' | 'outputs'> {
  return {
    inputs: [
      { name: 'image', datatype: 'BYTES', shape: [-1] },
      { name: 'pixels', datatype: 'FP32', shape: [-1, size, size, CHANNELS] },
    ],
    outputs: OUTPUTS.map((name) => ({ name, datatype: 'FP32', shape: [-1, labels.length] })),
  };
}

function wrong(detail: string): Problem {
  return new Problem('invalid_field', { detail });
}

function photosFrom({ shape, data }: InputTensor): Buffer[] {
  const [count, ...rest] = shape;
  if (rest.some((length) => length !== 1) || rest.length > 1) throw wrong('The shape of "image" is [n] or [n, 1].');
  // Two levels at most: the data of [n, 1].
  const texts = data.flat(1);
  if (texts.length !== count) throw wrong(`The shape of "image" has ${count} photos, its data ${texts.length}.`);
  return texts.map((text) => {
    if (typeof text !== 'string' || !BASE64.test(text)) throw wrong('The data of "image" are texts in base64.');
    const photo = Buffer.from(text, 'base64');
    if (photo.length > PHOTO_LIMITS.bytes) {
      throw new Problem('photo_too_large', { detail: `A photo has ${PHOTO_LIMITS.bytes / 1024 / 1024} MB at most.` });
    }
    return photo;
  });
}

function pixelsFrom({ shape, datatype, data }: InputTensor, size: number): ModelInput[] {
  const [count = 0, ...rest] = shape;
  if (rest.join() !== [size, size, CHANNELS].join()) {
    throw wrong(`The shape of "pixels" is [n, ${size}, ${size}, ${CHANNELS}].`);
  }
  const length = size * size * CHANNELS;
  const values = data.flat(shape.length - 1);
  if (values.length !== count * length) {
    throw wrong(`The shape of "pixels" has ${count * length} values, its data ${values.length}.`);
  }
  const whole = datatype === 'UINT8';
  const isPixel = (value: unknown) =>
    typeof value === 'number' && value >= 0 && value <= 255 && (!whole || Number.isInteger(value));
  if (!values.every(isPixel)) {
    throw wrong(`The data of "pixels" are ${whole ? 'whole ' : ''}numbers from 0 to 255.`);
  }
  const pixels = whole ? Uint8Array.from(values as number[]) : Float32Array.from(values as number[]);
  return Array.from({ length: count }, (_, index) => pixels.slice(index * length, (index + 1) * length));
}

/**
 * The input of a request, checked against what the model takes.
 * @param size pixels a side of the model's input.
 * @throws Problem invalid_field, photo_too_large.
 */
export function inputFrom({ inputs }: InferRequest, size: number): InferInput {
  const [tensor] = inputs as [InputTensor];
  const { name, datatype, shape } = tensor;
  const kind = `${name} ${datatype}`;
  if (!['image BYTES', 'pixels UINT8', 'pixels FP32'].includes(kind)) {
    throw wrong('An input is "image" of datatype BYTES, or "pixels" of UINT8 or FP32.');
  }
  const count = shape[0]!;
  if (count < 1 || count > BATCH_LIMIT) throw wrong(`A request has 1 to ${BATCH_LIMIT} photos.`);
  return kind === 'image BYTES' ? { photos: photosFrom(tensor) } : { pixels: pixelsFrom(tensor, size) };
}

/**
 * The outputs that a request wants; all where it names none.
 * @throws Problem invalid_field where there is no such output.
 */
export function wantedOutputs({ outputs }: InferRequest): (typeof OUTPUTS)[number][] {
  if (!outputs) return [...OUTPUTS];
  return outputs.map(({ name }) => {
    const known = OUTPUTS.find((output) => output === name);
    if (!known) throw wrong(`There is no output of that name; there are ${OUTPUTS.join(' and ')}.`);
    return known;
  });
}

/**
 * The outputs of a request, photo by photo, in the order of the bundle's labels.
 * @param logits one array a photo. Probabilities are calibrated: the softmax of the logits over the temperature.
 */
export function outputTensors(
  logits: readonly Float32Array[],
  { labels, temperature }: Pick<Bundle, 'labels' | 'temperature'>,
  wanted: readonly (typeof OUTPUTS)[number][],
): OutputTensor[] {
  const valuesOf = {
    logits: (photo: Float32Array) => Array.from(photo),
    probabilities: (photo: Float32Array) => Array.from(logProbabilities(photo, temperature), Math.exp),
  };
  return wanted.map((name) => ({
    name,
    shape: [logits.length, labels.length],
    datatype: 'FP32',
    data: logits.flatMap(valuesOf[name]),
  }));
}
