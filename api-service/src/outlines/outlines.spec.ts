import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OpenOutlineBundle } from '@mushroom/recognition/outline/outline-bundle-reader';
import sharp from 'sharp';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { identificationSchema } from '../identifications/identifications.schema.ts';
import type { Engine } from '../inference/engine.ts';
import { createLog } from '../log.ts';
import { Problem } from '../problems.ts';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
import { Outliner } from './outliner.ts';

// Loading the models takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 110_000, hookTimeout: 110_000 });

/** The first outline waits for a process to start, for long where other specs run beside this one. */
const PATIENT = { REQUEST_DEADLINE_MS: 120_000 };

let service: StartedService;
let flyAgaric: Buffer;
beforeAll(async () => {
  service = await startService(PATIENT);
  flyAgaric = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
});
afterAll(() => service.stop());

const post = (query: string, app = service.app) => supertest(app).post(`/api/v1/identifications?${query}`);
const send = (query: string, app = service.app) => post(query, app).attach('image', flyAgaric, 'photo.jpg');

describe('an outline', () => {
  it('is not in an answer that was not asked for it', async () => {
    for (const query of ['', 'outline=0']) {
      const { body } = await send(query);
      expect(body.photos[0]).not.toHaveProperty('outline');
    }
  });

  it('is drawn around the specimen on each photo, in shares of the photo', async () => {
    const wall = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#d8d4cc' } })
      .jpeg()
      .toBuffer();
    const { body } = await send('outline=1').attach('image', wall, 'wall.jpg');
    const { photos } = identificationSchema.parse(body);
    expect(photos).toHaveLength(2);
    const { points, share } = photos[0]!.outline!;
    expect(points.length).toBeGreaterThanOrEqual(6);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.9);
    expect(photos[1]).toHaveProperty('outline');
  });

  it('leaves the rest of the answer as it is', async () => {
    const [plain, outlined] = [await send(''), await send('outline=1')];
    expect(outlined.body.match).toEqual(plain.body.match);
    expect(outlined.body.toxicity).toEqual(plain.body.toxicity);
  });

  it('follows the mushroom through the photo', async () => {
    const small = await sharp(flyAgaric).resize(300, 300, { fit: 'fill' }).toBuffer();
    const centres: number[] = [];
    for (const left of [0, 300]) {
      const meadow = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#5a6a4a' } })
        .composite([{ input: small, left, top: 0 }])
        .jpeg()
        .toBuffer();
      const { body } = await post('outline=1').attach('image', meadow, 'meadow.jpg');
      const xs = body.photos[0].outline.points.map(([x]: [number, number]) => x);
      centres.push((Math.min(...xs) + Math.max(...xs)) / 2);
    }
    expect(centres[0]).toBeLessThan(0.5);
    expect(centres[1]).toBeGreaterThan(0.5);
  });

  it('can be had together with where the model looked', async () => {
    const { body } = await send('outline=1&explain=1');
    expect(Object.keys(body.photos[0]).sort()).toEqual(['explanation', 'mushroom', 'outline', 'score']);
  });

  it.each(['outline=yes', 'outline=', 'outline=1&outline=0'])(
    'is refused where it is asked for by %s',
    async (query) => {
      const { body } = await send(query);
      expect(body).toMatchObject({ code: 'invalid_query', status: 400 });
      expect(body.errors[0].field).toBe('outline');
    },
  );
});

describe('a service without a model that draws outlines', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'outline-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function withModelIn<T>(folder: string, work: (one: StartedService) => Promise<T>): Promise<T> {
    const one = await startService({ ...PATIENT, OUTLINE_MODEL: folder });
    try {
      return await work(one);
    } finally {
      await one.stop();
    }
  }

  it('says so before it reads the upload, and answers all else', async () => {
    await withModelIn(path.join(directory, 'nowhere'), async ({ app }) => {
      const { body } = await post('outline=1', app).send('no upload at all');
      expect(body).toMatchObject({ code: 'outline_model_not_found', status: 404 });
      expect(body.detail).toMatch(/Ask again without `outline`/);
      expect((await send('', app)).status).toBe(200);
    });
  });

  it('refuses one that is damaged, and takes it once it is whole', async () => {
    await cp(service.config.OUTLINE_MODEL, directory, { recursive: true });
    const weights = path.join(directory, 'graph/weights.bin');
    const whole = await readFile(weights);
    await truncate(weights, 1000);
    await withModelIn(directory, async ({ app }) => {
      const refused = await send('outline=1', app);
      expect(refused.body).toMatchObject({ code: 'not_ready', status: 503 });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      await writeFile(weights, whole);
      expect((await send('outline=1', app)).status).toBe(200);
    });
  });
});

describe('the process that draws', () => {
  const decode = () => Promise.resolve([{ input: new Uint8Array(3) }]);
  const signal = () => new AbortController().signal;

  function outlinerWith(engine: Partial<Engine>) {
    const made: OpenOutlineBundle[] = [];
    const silent = { start: () => Promise.resolve(), stop: () => Promise.resolve(), ...engine } as Engine;
    const engineFor = (open: OpenOutlineBundle) => {
      made.push(open);
      return silent;
    };
    return { outliner: new Outliner(service.config.OUTLINE_MODEL, engineFor, createLog('silent')), made };
  }

  it('starts with the first outline, not with the service, and once only', async () => {
    const logits = [new Float32Array(56 * 56).fill(3)];
    const classify = () => Promise.resolve({ logits, queueMs: 0, inferMs: 0 });
    const { outliner, made } = outlinerWith({ classify });
    await outliner.check();
    expect(made).toHaveLength(0);
    const asked = [1, 2, 3].map(() => outliner.outlines(decode, signal(), Infinity));
    for (const [outline] of await Promise.all(asked)) expect(outline!.share).toBeGreaterThan(0.99);
    expect(made).toHaveLength(1);
  });

  it('is tried again where it did not start', async () => {
    const start = vi.fn().mockRejectedValueOnce(new Error('no memory')).mockResolvedValue(undefined);
    const classify = () => Promise.resolve({ logits: [new Float32Array(56 * 56).fill(-3)], queueMs: 0, inferMs: 0 });
    const { outliner } = outlinerWith({ start, classify });
    await expect(outliner.outlines(decode, signal(), Infinity)).rejects.toMatchObject({ code: 'not_ready' });
    expect(await outliner.outlines(decode, signal(), Infinity)).toEqual([null]);
  });

  it('gives way to whoever gives up while it starts', async () => {
    const { outliner } = outlinerWith({ start: () => new Promise(() => {}) });
    const given = new AbortController();
    const asked = outliner.outlines(decode, given.signal, Infinity);
    given.abort(new Problem('client_closed'));
    await expect(asked).rejects.toMatchObject({ code: 'client_closed' });
  });

  it('passes on why it can’t answer', async () => {
    const classify = () => Promise.reject(new Problem('overloaded', { retryAfter: 1 }));
    const { outliner } = outlinerWith({ classify });
    await expect(outliner.outlines(decode, signal(), Infinity)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('ends with the service, also where it never started', async () => {
    const stop = vi.fn(() => Promise.resolve());
    const classify = () => Promise.resolve({ logits: [new Float32Array(56 * 56)], queueMs: 0, inferMs: 0 });
    const { outliner } = outlinerWith({ stop, classify });
    await outliner.stop();
    expect(stop).not.toHaveBeenCalled();
    await outliner.outlines(decode, signal(), Infinity);
    await outliner.stop();
    expect(stop).toHaveBeenCalledOnce();
  });
});
