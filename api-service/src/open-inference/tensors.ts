import type { Bundle, Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { logProbabilities } from '@mushroom/recognition/decision/distribution';
import { PHOTO_LIMITS } from '../photos/photo-limits.ts';
import { Problem } from '../problems.ts';
import {
  BATCH_LIMIT,
  type InferRequest,
  type InputTensor,
  type ModelMetadata,
  type OutputTensor,
  type RequestedOutput,
} from './open-inference.schema.ts';

/** A request's input: encoded photos that are yet to be decoded, or what the model takes. */
export type InferInput = { photos: Buffer[] } | { pixels: ModelInput[] };

const OUTPUTS = ['logits', 'probabilities'] as const;

/** An output to give: its values, or so many of its best classes. */
export interface WantedOutput {
  name: (typeof OUTPUTS)[number];
  classes?: number | undefined;
}

/** Bytes before each element of a BYTES tensor: its length. */
const LENGTH_BYTES = 4;
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

/**
 * The elements of a BYTES tensor in the binary form: each has its length before it.
 * @param most after one more than these the rest is left unread: the tensor is refused then anyway.
 */
function elementsOf(bytes: Buffer, most: number): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < bytes.length && elements.length <= most;) {
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(at) : Infinity;
    if (end > bytes.length) {
      throw new Problem('malformed_tensor', {
        detail: `Element ${elements.length} of BYTES goes past the tensor's end.`,
      });
    }
    elements.push(bytes.subarray(start, end));
    at = end;
  }
  return elements;
}

function photosFrom({ shape, data }: InputTensor): Buffer[] {
  const [count = 0, ...rest] = shape;
  if (rest.some((length) => length !== 1) || rest.length > 1) throw wrong('The shape of "image" is [n] or [n, 1].');
  // Two levels at most: the data of [n, 1].
  const elements: unknown[] = Buffer.isBuffer(data) ? elementsOf(data, count) : data.flat(1);
  if (elements.length !== count) {
    throw wrong(
      `The shape of "image" has ${count} photos, its data has ${elements.length > count ? 'more' : 'fewer'}.`,
    );
  }
  return elements.map((element) => {
    if (Buffer.isBuffer(element)) return checkedPhoto(element);
    if (typeof element !== 'string' || !BASE64.test(element)) throw wrong('The data of "image" are texts in base64.');
    return checkedPhoto(Buffer.from(element, 'base64'));
  });
}

function checkedPhoto(photo: Buffer): Buffer {
  if (photo.length <= PHOTO_LIMITS.bytes) return photo;
  throw new Problem('photo_too_large', { detail: `A photo has ${PHOTO_LIMITS.bytes / 1024 / 1024} MB at most.` });
}

/** The values of a numeric tensor, as many as its shape has. Processors that this runs on are little-endian, too. */
function valuesOf({ datatype, data }: InputTensor, count: number): ModelInput | unknown[] {
  const whole = datatype === 'UINT8';
  if (!Buffer.isBuffer(data)) {
    if (data.length === count) return data;
    throw wrong(`The shape of "pixels" has ${count} values, its data ${data.length}.`);
  }
  const bytes = count * (whole ? Uint8Array : Float32Array).BYTES_PER_ELEMENT;
  if (data.length !== bytes) {
    throw wrong(`The shape of "pixels" has ${bytes} bytes in ${datatype}, its data ${data.length}.`);
  }
  const copied = new Uint8Array(data);
  return whole ? copied : new Float32Array(copied.buffer);
}

function pixelsFrom(tensor: InputTensor, size: number): ModelInput[] {
  const { shape, datatype } = tensor;
  const [count = 0, ...rest] = shape;
  if (rest.join() !== [size, size, CHANNELS].join()) {
    throw wrong(`The shape of "pixels" is [n, ${size}, ${size}, ${CHANNELS}].`);
  }
  const length = size * size * CHANNELS;
  const data = Buffer.isBuffer(tensor.data) ? tensor.data : tensor.data.flat(shape.length - 1);
  const values = valuesOf({ ...tensor, data }, count * length);
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
 * @throws Problem invalid_field, malformed_tensor, photo_too_large.
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
export function wantedOutputs({ outputs }: { outputs?: RequestedOutput[] | undefined }): WantedOutput[] {
  if (!outputs) return OUTPUTS.map((name) => ({ name }));
  return outputs.map(({ name: wanted, parameters }) => {
    const name = OUTPUTS.find((output) => output === wanted);
    if (!name) throw wrong(`There is no output of that name; there are ${OUTPUTS.join(' and ')}.`);
    return { name, classes: parameters?.classification };
  });
}

function labelText(label: Label): string {
  if (label.kind === 'species') return label.taxon;
  return label.kind === 'other_in_genus' ? `${label.genus} (other)` : label.kind;
}

/** The best classes, best first, as Triton words them: value, index and label between colons. */
function classification(values: readonly number[], labels: readonly Label[], classes: number): string[] {
  const best = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!).slice(0, classes);
  return best.map((index) => `${values[index]!.toFixed(6)}:${index}:${labelText(labels[index]!)}`);
}

/**
 * The outputs of a request, photo by photo, in the order of the bundle's labels.
 * @param logits one array a photo. Probabilities are calibrated: the softmax of the logits over the temperature.
 */
export function outputTensors(
  logits: readonly Float32Array[],
  { labels, temperature }: Pick<Bundle, 'labels' | 'temperature'>,
  wanted: readonly WantedOutput[],
): OutputTensor[] {
  const valuesOf = {
    logits: (photo: Float32Array) => Array.from(photo),
    probabilities: (photo: Float32Array) => Array.from(logProbabilities(photo, temperature), Math.exp),
  };
  return wanted.map(({ name, classes }) => {
    const rows = logits.map(valuesOf[name]);
    if (classes === undefined) {
      return { name, shape: [rows.length, labels.length], datatype: 'FP32', data: rows.flat() };
    }
    const best = rows.map((row) => classification(row, labels, classes));
    return { name, shape: [rows.length, best[0]?.length ?? 0], datatype: 'BYTES', data: best.flat() };
  });
}
