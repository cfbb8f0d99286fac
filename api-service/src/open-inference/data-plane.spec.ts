import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { photoDecoder } from '../photos/decode-photo.ts';
import { startService, withEngine, type StartedService } from '../testing/start-service.ts';
import { DataPlane } from './data-plane.ts';
import { BATCH_LIMIT, type InputTensor, type RequestedOutput } from './open-inference.schema.ts';

let service: StartedService;
let dataPlane: DataPlane;
let name: string;
/** Pixels a side of the model's input. */
let side: number;
let labels: number;
/** What the engine was given. */
let classified: ModelInput[];
/** What was noted, and of which model. */
let stages: string[];

beforeAll(async () => {
  service = await startService({}, { start: false });
  // Its logits tell the photos of a request apart: all 0, all 1, …
  const classify = async (inputs: ModelInput[]) => {
    classified.push(...inputs);
    return { logits: inputs.map((_, photo) => new Float32Array(labels).fill(photo)), queueMs: 0, inferMs: 0 };
  };
  const { served, lifecycle } = await withEngine(service, { classify, status: () => service.engine.status() });
  dataPlane = new DataPlane({ served, lifecycle, decodePhoto: photoDecoder(1) });
  const { bundle } = served;
  name = bundle.name;
  side = bundle.input.size;
  labels = bundle.labels.length;
});
beforeEach(() => {
  classified = [];
  stages = [];
});
afterAll(() => service.stop());

const image = (change: Partial<InputTensor> = {}): InputTensor => ({
  name: 'image',
  shape: [1],
  datatype: 'BYTES',
  data: ['QQ=='],
  ...change,
});
const grey = (photos = 1) => Array<number>(photos * side * side * 3).fill(128);
const tensor = (change: Partial<InputTensor> = {}): InputTensor => ({
  name: 'pixels',
  shape: [1, side, side, 3],
  datatype: 'UINT8',
  data: grey(),
  ...change,
});

const infer = (input: InputTensor, outputs?: string[], parameters?: RequestedOutput['parameters']) =>
  dataPlane.infer(
    { name },
    { inputs: [input], ...(outputs && { outputs: outputs.map((output) => ({ name: output, parameters })) }) },
    { signal: new AbortController().signal, at: Infinity },
    ({ model, version }) =>
      (stage) =>
        stages.push(`${stage} of ${model}/${version}`),
  );

describe('tensors that the model takes', () => {
  it('come to it as they are, fractions of FP32 too', async () => {
    const ramp = grey().map((_, index) => index % 255);
    await infer(tensor({ data: ramp }));
    await infer(tensor({ datatype: 'FP32', data: ramp.map((value) => value + 0.5) }));
    expect(classified.map(({ length }) => length)).toEqual([ramp.length, ramp.length]);
    expect(classified.map((input) => input.slice(253, 257))).toEqual([
      Uint8Array.of(253, 254, 0, 1),
      Float32Array.of(253.5, 254.5, 0.5, 1.5),
    ]);
  });

  it('are answered photo by photo, in the order of the request', async () => {
    const { outputs } = await infer(tensor({ shape: [2, side, side, 3], data: grey(2) }), ['logits']);
    expect(outputs).toEqual([
      {
        name: 'logits',
        shape: [2, labels],
        datatype: 'FP32',
        data: [...Array<number>(labels).fill(0), ...Array<number>(labels).fill(1)],
      },
    ]);
  });

  it('are answered with the outputs that are asked for, in that order', async () => {
    for (const outputs of [['probabilities', 'logits'], ['logits', 'probabilities'], ['probabilities'], []]) {
      expect((await infer(tensor(), outputs)).outputs.map((output) => output.name)).toEqual(outputs);
    }
  });

  it('may come as bytes in place of values', async () => {
    const ramp = grey().map((_, index) => (index % 254) + 0.5);
    await infer(tensor({ data: Buffer.from(ramp.map(Math.floor)) }));
    // A buffer that does not begin where a float may.
    const bytes = Buffer.concat([Buffer.alloc(1), Buffer.from(Float32Array.from(ramp).buffer)]).subarray(1);
    await infer(tensor({ datatype: 'FP32', data: bytes }));
    expect(classified).toEqual([Uint8Array.from(ramp), Float32Array.from(ramp)]);
  });

  it('are answered with the best classes where so many are wanted', async () => {
    const { outputs } = await infer(tensor({ shape: [2, side, side, 3], data: grey(2) }), ['logits'], {
      classification: 3,
    });
    const { bundle } = service.parts.served;
    const { taxon } = bundle.labels[0] as { taxon: string };
    expect(outputs).toMatchObject([{ name: 'logits', shape: [2, 3], datatype: 'BYTES' }]);
    expect(outputs[0]!.data).toHaveLength(6);
    expect([outputs[0]!.data[0], outputs[0]!.data[3]]).toEqual([`0.000000:0:${taxon}`, `1.000000:0:${taxon}`]);
    const all = await infer(tensor(), ['probabilities'], { classification: 9999 });
    expect(all.outputs[0]!.shape).toEqual([1, labels]);
    expect(all.outputs[0]!.data).toContainEqual(expect.stringMatching(/^0\.\d{6}:\d+:not_a_mushroom$/));
  });

  it('take stages, which are noted for the version that answers', async () => {
    await infer(tensor());
    const { bundle } = service.parts.served;
    expect(stages).toEqual(['queue', 'infer'].map((stage) => `${stage} of ${name}/${bundle.version}`));
  });
});

function notANumber(): InputTensor {
  const values = Float32Array.from(grey());
  values[7] = NaN;
  return tensor({ datatype: 'FP32', data: Buffer.from(values.buffer) });
}

describe('tensors that the model does not take, or outputs that it does not give', () => {
  const cases: [string, () => InputTensor, string[]?][] = [
    ['an unknown datatype', () => tensor({ datatype: 'FP16' })],
    ['photos of another datatype', () => image({ datatype: 'FP32' })],
    ['an unknown output', () => image(), ['softmax']],
    ['a shape of photos with a dimension too many', () => image({ shape: [1, 1, 1] })],
    ['a shape of more photos than data', () => image({ shape: [2] })],
    ['no photo', () => image({ shape: [0], data: [] })],
    ['too many photos', () => image({ shape: [BATCH_LIMIT + 1], data: Array(BATCH_LIMIT + 1).fill('QQ==') })],
    ['a photo that is a number', () => image({ data: [7] })],
    ['a photo that is not base64', () => image({ data: ['%%%'] })],
    ['pixels of another size', () => tensor({ shape: [1, 299, 299, 3] })],
    ['pixels with the channels first', () => tensor({ shape: [1, 3, side, side] })],
    ['a shape without the batch', () => tensor({ shape: [side, side, 3] })],
    ['too few pixels', () => tensor({ data: [1, 2, 3] })],
    ['a pixel above 255', () => tensor({ data: grey().fill(256) })],
    ['a fraction in UINT8', () => tensor({ data: grey().fill(0.5) })],
    ['too few bytes', () => tensor({ data: Buffer.alloc(side * side * 3 - 1) })],
    ['bytes of another datatype', () => tensor({ datatype: 'FP32', data: Buffer.alloc(side * side * 3) })],
    ['a number among the bytes that is none', () => notANumber()],
    ['bytes of an unknown datatype', () => tensor({ datatype: 'FP64', data: Buffer.alloc(side * side * 3 * 8) })],
    ['more photos in the bytes than in the shape', () => image({ data: Buffer.alloc(20_000_000) })],
    ['fewer photos in the bytes than in the shape', () => image({ data: Buffer.alloc(0) })],
    ['a text among the pixels', () => tensor({ data: Array(grey().length).fill('1') })],
  ];
  it.each([
    ['a length without its end', Buffer.from([1, 0])],
    ['a length beyond the bytes', Buffer.from([5, 0, 0, 0, 1, 2, 3, 4])],
    ['a length of 4 GB', Buffer.from([255, 255, 255, 255])],
  ])('are refused where their bytes do not fit together: %s', async (_what, data) => {
    await expect(infer(image({ data }))).rejects.toMatchObject({
      code: 'malformed_tensor',
      facts: { detail: expect.stringContaining('Element 0') },
    });
  });

  it.each(cases)('are refused with what is wrong: %s', async (_what, input, outputs) => {
    const detail = expect.stringMatching(/\w/);
    await expect(infer(input(), outputs)).rejects.toMatchObject({ code: 'invalid_field', facts: { detail } });
    expect(classified).toEqual([]);
  });
});
