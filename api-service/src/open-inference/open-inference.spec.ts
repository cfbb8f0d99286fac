import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { decide } from '@mushroom/recognition/decision/decide';
import { readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { scoresOf } from '@mushroom/recognition/bundle/golden-check';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { licensedPhoto, startService, withEngine, type StartedService } from '../testing/start-service.ts';
import {
  INFER_BYTES,
  inferAnswerSchema,
  modelMetadataSchema,
  modelReadySchema,
  openInferenceErrorSchema,
  serverLiveSchema,
  serverMetadataSchema,
  serverReadySchema,
  type InputTensor,
} from './open-inference.schema.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MODEL = '/v2/models/mushroom-classifier';

let service: StartedService;
let version: string;
let photo: string;
let pixels: Uint8Array;
let goldenScores: number[];
let labels: number;
/** Pixels a side of the model's input. */
let side: number;

beforeAll(async () => {
  service = await startService();
  const { bundle, directory } = service.parts.served.stable;
  version = bundle.version;
  labels = bundle.labels.length;
  side = bundle.input.size;
  photo = (await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'))).toString('base64');
  const [golden] = (await readGolden({ directory })).cases;
  pixels = Buffer.from(golden!.rgb, 'base64');
  goldenScores = golden!.scores;
});
afterAll(() => service.stop());

const get = (path: string, app = service.app) => supertest(app).get(path);
const infer = (body: object | string, path = `${MODEL}/infer`, app = service.app) =>
  supertest(app).post(path).type('json').send(body);

const image = (change: Partial<InputTensor> = {}): InputTensor => ({
  name: 'image',
  shape: [1],
  datatype: 'BYTES',
  data: [photo],
  ...change,
});
const tensor = (change: Partial<InputTensor> = {}): InputTensor => ({
  name: 'pixels',
  shape: [1, side, side, 3],
  datatype: 'UINT8',
  data: [...pixels],
  ...change,
});

/** The values of an output, a photo each. */
function outputOf(body: unknown, name: string): Float32Array[] {
  const { outputs } = inferAnswerSchema.parse(body);
  const output = outputs.find((one) => one.name === name)!;
  const [count, width] = output.shape;
  expect(width).toBe(labels);
  return Array.from({ length: count! }, (_, index) =>
    Float32Array.from(output.data!.slice(index * width!, (index + 1) * width!).map(Number)),
  );
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index]!)));

describe('the server', () => {
  it('says what it is', async () => {
    const { status, body } = await get('/v2');
    expect(status).toBe(200);
    expect(serverMetadataSchema.parse(body)).toMatchObject({
      name: 'mushroom-identifier',
      extensions: ['binary_tensor_data', 'classification'],
    });
  });

  it('says that it is alive and ready', async () => {
    expect(serverLiveSchema.parse((await get('/v2/health/live')).body)).toEqual({ live: true });
    const { status, body } = await get('/v2/health/ready');
    expect(status).toBe(200);
    expect(serverReadySchema.parse(body).ready).toBe(true);
  });

  it('says that it is alive, but not ready, while the model loads and while it stops', async () => {
    const loading = { status: () => ({ ...service.engine.status(), state: 'starting' as const }) };
    const apps = [
      createApp(await withEngine(service, { ...loading, classify: service.engine.classify.bind(service.engine) })),
      createApp({ ...service.parts, lifecycle: { draining: true } }),
    ];
    for (const app of apps) {
      expect((await get('/v2/health/live', app)).status).toBe(200);
      const ready = await get('/v2/health/ready', app);
      expect(ready.status).toBe(503);
      expect(serverReadySchema.parse(ready.body).ready).toBe(false);
      const model = await get(`${MODEL}/ready`, app);
      expect(model.status).toBe(503);
      expect(modelReadySchema.parse(model.body)).toEqual({ name: 'mushroom-classifier', ready: false });
    }
  });
});

describe('a model', () => {
  it('tells its versions and tensors, with a version in the address or without', async () => {
    for (const path of [MODEL, `${MODEL}/versions/${version}`, `${MODEL}/versions/stable`]) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(modelMetadataSchema.parse(body)).toEqual({
        name: 'mushroom-classifier',
        versions: [version],
        platform: 'tensorflow_graphdef',
        inputs: [
          { name: 'image', datatype: 'BYTES', shape: [-1] },
          { name: 'pixels', datatype: 'FP32', shape: [-1, side, side, 3] },
        ],
        outputs: [
          { name: 'logits', datatype: 'FP32', shape: [-1, labels] },
          { name: 'probabilities', datatype: 'FP32', shape: [-1, labels] },
        ],
      });
    }
  });

  it('says that it is ready', async () => {
    for (const path of [`${MODEL}/ready`, `${MODEL}/versions/${version}/ready`]) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(modelReadySchema.parse(body)).toEqual({ name: 'mushroom-classifier', ready: true });
    }
  });

  it.each([
    '/v2/models/nothing',
    '/v2/models/nothing/ready',
    `${MODEL}/versions/9999`,
    `${MODEL}/versions/canary/ready`,
    `${MODEL}/nothing`,
    '/v2/nothing',
  ])('is not found at %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(openInferenceErrorSchema.strict().parse(body).error).toMatch(/\w/);
  });
});

describe('inference', () => {
  it('of a photo gives the probabilities that the identification of it rests on', async () => {
    const { status, body } = await infer({ id: 'abc', inputs: [image()] });
    expect(status).toBe(200);
    expect(inferAnswerSchema.parse(body)).toMatchObject({
      model_name: 'mushroom-classifier',
      model_version: version,
      id: 'abc',
      outputs: [{ name: 'logits' }, { name: 'probabilities' }],
    });
    const { bundle } = service.parts.served;
    const answer = await supertest(service.app)
      .post('/api/v1/identifications')
      .attach('image', Buffer.from(photo, 'base64'), 'photo.jpg');
    const { candidates } = decide(outputOf(body, 'logits'), bundle, service.parts.table);
    expect(candidates.map(({ taxon }) => taxon)).toEqual(
      answer.body.candidates.map(({ taxon }: { taxon: string }) => taxon),
    );
    const [probabilities] = outputOf(body, 'probabilities');
    expect(probabilities!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  });

  it.each(['UINT8', 'FP32'])('of %s pixels gives the golden outputs', async (datatype) => {
    const { status, body } = await infer({ inputs: [tensor({ datatype })] });
    expect(status).toBe(200);
    const [logits] = outputOf(body, 'logits');
    expect(largestDifference(scoresOf(logits!), goldenScores)).toBeLessThan(1e-3);
  });

  it('takes tensors that are nested, and batches; each photo is answered by itself', async () => {
    const rows = Array.from({ length: side }, (_, y) =>
      Array.from({ length: side }, (_, x) => [...pixels.subarray((y * side + x) * 3, (y * side + x) * 3 + 3)]),
    );
    const black = Array<number>(pixels.length).fill(0);
    const nested = await infer({ inputs: [tensor({ data: [rows] })] });
    const batch = await infer({ inputs: [tensor({ shape: [2, side, side, 3], data: [...black, ...pixels] })] });
    const [alone] = outputOf(nested.body, 'logits');
    const [first, second] = outputOf(batch.body, 'logits');
    expect(largestDifference(alone!, second!)).toBeLessThan(1e-3);
    expect(largestDifference(alone!, first!)).toBeGreaterThan(0.1);
    const photos = await infer({ inputs: [image({ shape: [2, 1], data: [[photo], [photo]] })] });
    expect(outputOf(photos.body, 'logits')).toHaveLength(2);
  });

  it('gives the outputs that are asked for alone, by the version that the address names', async () => {
    const wanted = [{ name: 'probabilities' }];
    const { body } = await infer({ inputs: [image()], outputs: wanted }, `${MODEL}/versions/${version}/infer`);
    expect(body.outputs.map(({ name }: { name: string }) => name)).toEqual(['probabilities']);
    expect(body).not.toHaveProperty('id');
  });

  it('is part of the caller’s trace, and is kept by no cache', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { headers } = await infer({ inputs: [image()] }).set('traceparent', `00-${trace}-00f067aa0ba902b7-01`);
    expect(headers.traceparent).toContain(trace);
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('inference by clients as they are', () => {
  let url: string;
  beforeAll(async () => {
    url = `http://127.0.0.1:${(await service.listen()).port}${MODEL}/infer`;
  });

  /** Sends bytes as they are: fetch declares no type for them. */
  async function raw(headers: Record<string, string>, body: Buffer<ArrayBuffer>) {
    const answer = await fetch(url, { method: 'POST', headers, body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const headerLength = Number(answer.headers.get('inference-header-content-length') ?? bytes.length);
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      json: JSON.parse(bytes.subarray(0, headerLength).toString()) as unknown,
      tensors: bytes.subarray(headerLength),
    };
  }
  const floatsOf = (bytes: Buffer) => new Float32Array(new Uint8Array(bytes).buffer);

  /** JSON, and behind it a tensor. */
  function coded(message: object, bytes: Buffer): [Record<string, string>, Buffer<ArrayBuffer>] {
    const json = Buffer.from(JSON.stringify(message));
    return [{ 'Inference-Header-Content-Length': String(json.length) }, Buffer.concat([json, bytes])];
  }

  it.each([
    ['none, as Triton’s', ''],
    ['a form’s, as curl -d’s', 'application/x-www-form-urlencoded'],
    ['application/octet-stream', 'application/octet-stream'],
    ['text/plain', 'text/plain; charset=us-ascii'],
    ['JSON with a charset', 'application/json; charset=utf-8'],
    ['something that is no type', 'json'],
  ])('takes JSON whatever type it declares: %s', async (_what, type) => {
    const body = Buffer.from(JSON.stringify({ inputs: [image()], outputs: [{ name: 'logits' }] }));
    const answer = await raw(type ? { 'Content-Type': type } : {}, body);
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    expect(outputOf(answer.json, 'logits')).toHaveLength(1);
  });

  it('takes a photo as bytes, and gives tensors as bytes, equal to those in JSON', async () => {
    const bytes = Buffer.from(photo, 'base64');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    const inputs = [
      { name: 'image', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: bytes.length + 4 } },
    ];
    const message = { inputs, parameters: { binary_data_output: true } };
    const answer = await raw(...coded(message, Buffer.concat([length, bytes])));
    expect([answer.status, answer.type]).toEqual([200, 'application/octet-stream']);
    const { outputs } = inferAnswerSchema.parse(answer.json);
    expect(outputs.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['logits', { binary_data_size: labels * 4 }],
      ['probabilities', { binary_data_size: labels * 4 }],
    ]);
    const { body } = await infer({ inputs: [image()] });
    expect(answer.tensors).toHaveLength(labels * 8);
    expect(floatsOf(answer.tensors.subarray(0, labels * 4))).toEqual(outputOf(body, 'logits')[0]);
    expect(floatsOf(answer.tensors.subarray(labels * 4))).toEqual(outputOf(body, 'probabilities')[0]);
  });

  it.each([
    ['UINT8', () => Buffer.from(pixels)],
    ['FP32', () => Buffer.from(Float32Array.from(pixels).buffer)],
  ])('takes %s pixels as bytes', async (datatype, bytesOf) => {
    const bytes = bytesOf();
    const inputs = [
      { name: 'pixels', shape: [1, side, side, 3], datatype, parameters: { binary_data_size: bytes.length } },
    ];
    const outputs = [{ name: 'logits', parameters: { binary_data: true } }];
    const { tensors } = await raw(...coded({ inputs, outputs }, bytes));
    expect(largestDifference(scoresOf(floatsOf(tensors)), goldenScores)).toBeLessThan(1e-3);
  });

  it('takes a body that is compressed', async () => {
    const body = gzipSync(JSON.stringify({ inputs: [image()], outputs: [] }));
    expect((await raw({ 'Content-Encoding': 'gzip' }, body)).status).toBe(200);
  });

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    // aiohttp's own header, which Triton's asyncio client sends; it decodes gzip and deflate alone.
    ['gzip, deflate, br', undefined],
    ['gzip, deflate, br, zstd', undefined],
  ])('is answered in an encoding that the client decodes: of %s in %s', async (accepted, encoding) => {
    const { headers, body } = await infer({ inputs: [image()] }).set('Accept-Encoding', accepted);
    expect(headers['content-encoding']).toBe(encoding);
    expect(outputOf(body, 'logits')).toHaveLength(1);
  });

  it('gives the best classes by name', async () => {
    const outputs = [{ name: 'probabilities', parameters: { classification: 2 } }];
    const { body } = await infer({ inputs: [image()], outputs });
    expect(inferAnswerSchema.parse(body).outputs).toMatchObject([{ shape: [1, 2], datatype: 'BYTES' }]);
    expect(body.outputs[0].data[0]).toMatch(/^0\.\d{6}:\d+:Amanita/);
  });

  it('is bounded in bytes that are no JSON, and in bytes that are compressed', async () => {
    const large = Buffer.alloc(INFER_BYTES + 1, ' ');
    for (const [headers, body] of [
      coded({ inputs: [] }, large),
      [{ 'Content-Encoding': 'gzip' }, gzipSync(large)],
    ] as const) {
      expect(await raw(headers, body)).toMatchObject({ status: 413, json: { code: 'upload_too_large' } });
    }
  });

  it('is told what is wrong in JSON without a charset, which KServe’s client reads, and with the problem’s code', async () => {
    const [headers, body] = coded({ inputs: [image()] }, Buffer.alloc(3));
    const answer = await raw(headers, body);
    expect([answer.status, answer.type]).toEqual([400, 'application/json']);
    expect(openInferenceErrorSchema.strict().parse(answer.json)).toEqual({
      code: 'malformed_tensor',
      error: 'A binary tensor could not be read: Behind the inputs 3 bytes are left of the body.',
    });
  });
});

describe('inference that can not be done', () => {
  const cases: [string, number, () => object | string][] = [
    ['no JSON', 400, () => '{"inputs":'],
    ['no inputs', 400, () => ({})],
    ['no input', 400, () => ({ inputs: [] })],
    ['two inputs', 400, () => ({ inputs: [image(), image()] })],
    ['an unknown input', 400, () => ({ inputs: [image({ name: 'input_1' })] })],
    ['a negative shape', 400, () => ({ inputs: [tensor({ shape: [-1, side, side, 3] })] })],
    ['a body that is too large', 413, () => ({ inputs: [image({ data: ['A'.repeat(21 * 1024 * 1024)] })] })],
    ['a photo that is too large', 413, () => ({ inputs: [image({ data: ['A'.repeat(17 * 1024 * 1024)] })] })],
    ['something that is no photo', 415, () => ({ inputs: [image({ data: ['R0lGODlh'] })] })],
    ['a photo that breaks off', 422, () => ({ inputs: [image({ data: [photo.slice(0, 8000)] })] })],
  ];
  it.each(cases)('says why, in the protocol’s words: %s (%i)', async (_what, status, body) => {
    const response = await infer(body());
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toMatch('application/json');
    expect(openInferenceErrorSchema.strict().parse(response.body).error).toMatch(/\w/);
  });

  it('because of its method is told which one to use', async () => {
    const read = await get(`${MODEL}/infer`);
    expect(read.status).toBe(405);
    expect(read.headers.allow).toBe('POST');
    expect(openInferenceErrorSchema.strict().parse(read.body)).toBeDefined();
  });

  it('because the model or version is none that is loaded is refused', async () => {
    expect((await infer({ inputs: [image()] }, '/v2/models/nothing/infer')).status).toBe(404);
    const { status, body } = await infer({ inputs: [image()] }, `${MODEL}/versions/9999/infer`);
    expect(status).toBe(404);
    expect(body.error).toContain(`${version}, stable`);
  });

  it('in time, or because too many ask, says when to come back', async () => {
    const hasty = createApp({ ...service.parts, config: { ...service.config, REQUEST_DEADLINE_MS: 1 } });
    expect([503, 504]).toContain((await infer({ inputs: [image()] }, `${MODEL}/infer`, hasty)).status);
    const strict = createApp({ ...service.parts, config: { ...service.config, RATE_LIMIT: 1 } });
    const server = strict.listen(0);
    const statuses = [];
    for (let i = 0; i < 2; i++) {
      const response = await supertest(server).post(`${MODEL}/infer`).send({ inputs: [] });
      statuses.push(response.status);
      if (response.status === 429) expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([400, 429]);
    server.close();
  });

  it('for a reason that nobody foresaw keeps that reason to itself', async () => {
    const engine = {
      status: () => service.engine.status(),
      classify: () => Promise.reject(new TypeError('swordfish')),
    };
    const { status, text } = await infer(
      { inputs: [image()] },
      `${MODEL}/infer`,
      createApp(await withEngine(service, engine)),
    );
    expect(status).toBe(500);
    expect(text).not.toContain('swordfish');
  });
});
