import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import sharp from 'sharp';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import type { Problem } from '../problems.ts';
import { licensedPhoto, startService, withEngine, type StartedService } from '../testing/start-service.ts';
import { identificationSchema } from './identifications.schema.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PATH = '/api/v1/identifications';

let service: StartedService;
let flyAgaric: Buffer;

beforeAll(async () => {
  service = await startService();
  flyAgaric = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
});
afterAll(() => service.stop());

const post = (app = service.app) => supertest(app).post(PATH);
const send = (photo: Buffer) => post().attach('image', photo, 'photo.jpg');

describe('an identification', () => {
  it.each([1, 2, 3])('calls fly agaric poisonous or worse (licensed photo %i)', async (number) => {
    const response = await send(await readFile(licensedPhoto(service, `amanita-muscaria-${number}.jpg`)));
    expect(response.status).toBe(200);
    expect(['poisonous', 'deadly']).toContain(response.body.toxicity.verdict);
    expect(response.body.match.taxon).toMatch(/^Amanita/);
  });

  it('keeps the contract, and names the model that gave it', async () => {
    const { body } = await send(flyAgaric);
    const answer = identificationSchema.parse(body);
    expect(answer.model).toEqual({ name: 'mushroom-classifier', version: service.parts.served.bundle.version });
    expect(answer.candidates).toHaveLength(5);
    expect(answer.timings.inferMs).toBeGreaterThan(0);
  });

  it('is not kept by caches, and has an id of its own', async () => {
    const [one, two] = [await send(flyAgaric), await send(flyAgaric)];
    expect(one.headers['cache-control']).toBe('no-store');
    expect(one.body.id).not.toBe(two.body.id);
  });

  it('comes from all photos of the specimen, and says how each did', async () => {
    const other = await readFile(licensedPhoto(service, 'amanita-muscaria-1.jpg'));
    const { body } = await send(flyAgaric).attach('image', other, 'other.jpg');
    expect(body.photos).toHaveLength(2);
  });

  it('says which share of a JPEG’s rows is missing, where it ends early', async () => {
    const whole = await sharp(flyAgaric).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
    const { body } = await send(whole.subarray(0, Math.round(whole.length * 0.98))).attach('image', whole, 'whole.jpg');
    const [cut, other] = identificationSchema.parse(body).photos;
    expect(cut!.missingRows).toBeGreaterThan(0);
    expect(cut!.missingRows).toBeLessThanOrEqual(0.05);
    expect(other).not.toHaveProperty('missingRows');
  });

  it('is the same whichever way the camera was held', async () => {
    const straight = await send(flyAgaric);
    const turned = await sharp(flyAgaric).rotate(90).withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer();
    const upright = await send(turned);
    expect(upright.body.match).toMatchObject({ taxon: straight.body.match.taxon, rank: straight.body.match.rank });
    expect(Math.abs(upright.body.match.score - straight.body.match.score)).toBeLessThan(0.05);
  });

  it('is the same from PNG and from WebP', async () => {
    const { body: fromJpeg } = await send(flyAgaric);
    const { body: fromPng } = await send(await sharp(flyAgaric).png().toBuffer());
    const { body: fromWebp } = await send(await sharp(flyAgaric).webp({ lossless: true }).toBuffer());
    for (const { match } of [fromPng, fromWebp]) {
      expect(match.taxon).toBe(fromJpeg.match.taxon);
      expect(match.score).toBeCloseTo(fromJpeg.match.score, 3);
    }
  });

  it('of a plain wall never names a mushroom', async () => {
    const wall = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#d8d4cc' } })
      .jpeg()
      .toBuffer();
    const { status, body } = await send(wall);
    expect(status).toBe(200);
    expect(body.decision).not.toBe('identified');
    expect(body.toxicity.verdict).toBe('unknown');
  });

  it.each([['views[]'], ['views']])('does not ask again for a view that %s says is shown', async (field) => {
    const { body: without } = await send(flyAgaric);
    expect(without.nextViews).toContain('gills');
    const { body } = await send(flyAgaric).field(field, 'gills').field(field, 'cap');
    expect(body.nextViews).not.toContain('gills');
    expect(body.nextViews).not.toContain('cap');
  });

  it('takes where and when it was found, and fields that were left empty', async () => {
    const filled = await send(flyAgaric).field('habitat', 'conifer woodland').field('month', '9');
    const empty = await send(flyAgaric).field('habitat', '').field('month', '').field('views[]', '');
    expect([filled.status, empty.status]).toEqual([200, 200]);
  });

  it('answers the same whenever and wherever it was found', async () => {
    const { body: plain } = await send(flyAgaric);
    const { body: told } = await send(flyAgaric).field('habitat', 'lawns').field('month', '1');
    expect(told).toEqual({ ...plain, id: told.id, timings: told.timings });
  });
});

describe('an identification that tells where the model looked', () => {
  const explained = (...photos: Buffer[]) =>
    photos.reduce<supertest.Test>(
      (test, photo) => test.attach('image', photo, 'photo.jpg'),
      post().query({ explain: '1' }),
    );

  it('is the same but for a picture and a peak of each photo', async () => {
    const other = await readFile(licensedPhoto(service, 'amanita-muscaria-1.jpg'));
    const { body: plain } = await send(flyAgaric).attach('image', other, 'photo.jpg');
    const { body } = await explained(flyAgaric, other);
    identificationSchema.parse(body);
    for (const [index, { explanation, ...photo }] of body.photos.entries()) {
      expect(photo.mushroom).toBeCloseTo(plain.photos[index].mushroom, 4);
      expect(plain.photos[index]).not.toHaveProperty('explanation');
      const { width, height } = await sharp([flyAgaric, other][index]!).metadata();
      const picture = sharp(Buffer.from(explanation.picture.split(',')[1], 'base64'));
      const drawn = await picture.metadata();
      expect(drawn).toMatchObject({ format: 'png', hasAlpha: true });
      expect(Math.max(drawn.width, drawn.height)).toBe(64);
      expect(Math.abs(drawn.width / drawn.height - width / height)).toBeLessThan(0.02);
      // At the peak the picture is clear.
      const alpha = await picture.extractChannel('alpha').raw().toBuffer();
      const [column, row] = [
        Math.round(explanation.peak.x * drawn.width),
        Math.round(explanation.peak.y * drawn.height),
      ];
      expect(alpha[row * drawn.width + column]).toBeLessThan(40);
      expect(Math.max(...alpha)).toBeGreaterThan(200);
    }
    expect(body.match.taxon).toBe(plain.match.taxon);
    expect(body.candidates[0].score).toBeCloseTo(plain.candidates[0].score, 4);
  });

  it('looks at the mushroom, wherever in the photo it is', async () => {
    const small = await sharp(flyAgaric).resize(300, 300, { fit: 'fill' }).toBuffer();
    const peaks: { x: number; y: number }[] = [];
    for (const left of [0, 300]) {
      const meadow = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#7a7a72' } })
        .composite([{ input: small, left, top: 0 }])
        .jpeg()
        .toBuffer();
      const { body } = await explained(meadow);
      peaks.push(body.photos[0].explanation.peak);
    }
    expect(peaks[0]!.x).toBeLessThan(0.5);
    expect(peaks[1]!.x).toBeGreaterThan(0.5);
  });

  it('tells it where nothing is named as well', async () => {
    const wall = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#d8d4cc' } })
      .jpeg()
      .toBuffer();
    const { body } = await explained(wall);
    expect(body.decision).not.toBe('identified');
    expect(body.photos[0].explanation.picture).toMatch(/^data:image\/png;base64,/);
  });

  it.each(['explain=yes', 'explain=', 'explain=1&explain=0'])(
    'is refused where it is asked for by %s',
    async (query) => {
      const response = await post().query(query).attach('image', flyAgaric, 'photo.jpg');
      expect(response.body).toMatchObject({ code: 'invalid_query', status: 400 });
      expect(response.body.errors[0].field).toBe('explain');
    },
  );
});

describe('a request that can not be answered', () => {
  const cases: [string, number, () => supertest.Test][] = [
    ['no_photo', 400, () => post().field('month', '9')],
    ['empty_photo', 400, () => send(Buffer.alloc(0))],
    [
      'too_many_photos',
      400,
      () =>
        Array.from({ length: 6 }).reduce<supertest.Test>((test) => test.attach('image', flyAgaric, 'p.jpg'), post()),
    ],
    ['malformed_upload', 400, () => post().set('Content-Type', 'multipart/form-data').send('x')],
    ['malformed_upload', 400, () => post().attach('photo', flyAgaric, 'p.jpg')],
    ['invalid_field', 400, () => send(flyAgaric).field('month', '13')],
    ['invalid_field', 400, () => send(flyAgaric).field('views[]', 'selfie')],
    ['photo_too_large', 413, () => send(Buffer.concat([flyAgaric, Buffer.alloc(12 * 1024 * 1024)]))],
    [
      'upload_too_large',
      413,
      () => post().set('Content-Type', 'multipart/form-data; boundary=x').set('Content-Length', String(1e9)),
    ],
    ['not_multipart', 415, () => post().send({ image: 'text' })],
    ['unsupported_photo', 415, () => send(Buffer.from('GIF89a'))],
    ['heic_photo', 415, () => send(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))],
    ['undecodable_photo', 422, () => send(flyAgaric.subarray(0, 9000))],
  ];
  it.each(cases)('is answered %s (%i)', async (code, status, request) => {
    const response = await request();
    expect(response.body).toMatchObject({ code, status });
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toMatch('application/problem+json');
  });

  it('says which photos are accepted', async () => {
    const { body } = await send(Buffer.from('GIF89a'));
    expect(body.detail).toContain('JPEG, PNG or WebP');
  });

  it('because of its method is told which one to use', async () => {
    const response = await supertest(service.app).get(PATH);
    expect(response.body.code).toBe('method_not_allowed');
    expect(response.headers.allow).toBe('POST');
  });

  it('never echoes what it was sent', async () => {
    const response = await send(Buffer.from('x')).field('month', 'swordfish');
    expect(response.text).not.toContain('swordfish');
  });
});

describe('a service that can not answer now', () => {
  it('answers not_ready, and when to come back, until the model is loaded', async () => {
    const starting = await startService({}, { start: false });
    const response = await post(starting.app).attach('image', flyAgaric, 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'not_ready', status: 503 });
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    await starting.stop();
  });

  it('answers deadline_exceeded when the time is over, and lives on', async () => {
    const hasty = createApp({ ...service.parts, config: { ...service.config, REQUEST_DEADLINE_MS: 1 } });
    const response = await post(hasty).attach('image', flyAgaric, 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'deadline_exceeded', status: 504 });
    expect((await send(flyAgaric)).status).toBe(200);
  });

  it('answers through the next worker when one is killed under a request', async () => {
    const [pid] = service.engine.status().ready;
    process.kill(pid!, 'SIGSTOP');
    const classify = vi.spyOn(service.engine, 'classify');
    const answer = send(flyAgaric).then((response) => response);
    await vi.waitFor(() => expect(classify).toHaveBeenCalled(), 10_000);
    classify.mockRestore();
    process.kill(pid!, 'SIGKILL');
    expect((await answer).status).toBe(200);
    expect((await send(flyAgaric)).status).toBe(200);
  });

  it('answers overloaded before it reads an upload, while too many are in flight', async () => {
    // Holds the one upload that is admitted until the next has been turned away.
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const engine = {
      status: () => service.engine.status(),
      classify: async (inputs: Uint8Array[], signal: AbortSignal) => {
        await held;
        return service.engine.classify(inputs, signal);
      },
    };
    const narrow = createApp({
      ...(await withEngine(service, engine)),
      config: { ...service.config, UPLOAD_CONCURRENCY: 1 },
    });
    const server = narrow.listen(0);
    const first = supertest(server)
      .post(PATH)
      .attach('image', flyAgaric, 'photo.jpg')
      .then((response) => response);
    const turnedAway = await vi.waitFor(async () => {
      const response = await supertest(server).post(PATH).attach('image', Buffer.from('x'), 'photo.jpg');
      expect(response.body.code).toBe('overloaded');
      return response;
    });
    expect(turnedAway.status).toBe(503);
    expect(turnedAway.headers).toHaveProperty('retry-after');
    release();
    expect((await first).status).toBe(200);
    server.close();
  });

  it('answers overloaded before it reads an upload that would wait past its deadline, and keeps the connection', async () => {
    const [pid] = service.engine.status().ready;
    process.kill(pid!, 'SIGSTOP');
    const { size } = service.parts.served.bundle.input;
    const photos = [new Uint8Array(size * size * 3)];
    const waiting = Array.from({ length: 5 }, () => service.engine.classify(photos, new AbortController().signal));
    const config = { ...service.config, REQUEST_DEADLINE_MS: 1 };
    const server = createApp({ ...service.parts, config }).listen(0);
    const { port } = server.address() as AddressInfo;
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const asking = { port, agent };
    const boundary = 'multipart/form-data; boundary=x';
    const body = Buffer.alloc(4 * 1024 * 1024);
    const upload = http.request({
      ...asking,
      method: 'POST',
      path: PATH,
      headers: { 'content-type': boundary, 'content-length': body.length },
    });
    upload.flushHeaders();
    const [refusal] = (await once(upload, 'response')) as [http.IncomingMessage];
    expect(refusal.statusCode).toBe(503);
    expect(await json(refusal)).toMatchObject({ code: 'overloaded' });

    // What a client goes on sending is read and dropped: a reset could overtake the answer.
    upload.end(body);
    await once(upload, 'close');
    const next = http.get({ ...asking, path: '/livez' });
    const [alive] = (await once(next, 'response')) as [http.IncomingMessage];
    expect([next.reusedSocket, alive.statusCode]).toEqual([true, 200]);
    alive.resume();

    agent.destroy();
    server.close();
    process.kill(pid!, 'SIGCONT');
    await Promise.all(waiting);
  });

  it('answers rate_limited, and when to come back, to a client that asks too often', async () => {
    const strict = createApp({ ...service.parts, config: { ...service.config, RATE_LIMIT: 2 } });
    const server = strict.listen(0);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await supertest(server).post(PATH).attach('image', Buffer.from('x'), 'photo.jpg');
      statuses.push(response.status);
      if (response.status === 429) {
        expect(response.body.code).toBe('rate_limited');
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect(statuses).toEqual([415, 415, 429]);
    expect((await supertest(server).get('/api/v1/species')).status).toBe(200);
    server.close();
  });

  it('answers internal, and keeps the reason to itself, when the engine fails in a way that nobody foresaw', async () => {
    const engine = {
      status: () => service.engine.status(),
      classify: () => Promise.reject(new TypeError('swordfish')),
    };
    const response = await post(createApp(await withEngine(service, engine))).attach('image', flyAgaric, 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'internal', status: 500 });
    expect(response.text).not.toContain('swordfish');
  });

  it('gives up a request whose client has gone', async () => {
    const controller = new AbortController();
    let giveUp: (reason: unknown) => void = () => {};
    const reason = new Promise((resolve) => (giveUp = resolve));
    const engine = {
      status: () => service.engine.status(),
      classify: (_inputs: unknown, signal: AbortSignal) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Problem);
            giveUp(signal.reason);
          });
          // The request has reached the engine: now the client goes.
          controller.abort();
        }),
    };
    const server = createApp(await withEngine(service, engine)).listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const body = new FormData();
    body.append('image', new Blob([new Uint8Array(flyAgaric)], { type: 'image/jpeg' }), 'photo.jpg');
    await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', body, signal: controller.signal }).then(
      () => giveUp('answered'),
      () => server.close(),
    );
    expect(await reason).toMatchObject({ code: 'client_closed' });
  });
});

describe('an identification by a version of the model', () => {
  it.each(['stable', 'version'])('comes from the one that is asked for by its %s', async (by) => {
    const { version } = service.parts.served.stable;
    const response = await post(service.app)
      .query({ model: by === 'stable' ? 'stable' : version })
      .attach('image', flyAgaric, 'photo.jpg');
    expect(response.status).toBe(200);
    expect(response.body.model.version).toBe(version);
  });

  it.each(['canary', '9999', 'toString'])('is refused where %s is not loaded, and says which are', async (model) => {
    const response = await post(service.app).query({ model }).attach('image', flyAgaric, 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'model_not_loaded', status: 404 });
    expect(response.body.detail).toContain(`${service.parts.served.stable.version}, stable`);
  });

  it('is refused where the question is twofold', async () => {
    const response = await post(service.app).query('model=1&model=2').attach('image', flyAgaric, 'photo.jpg');
    expect(response.body).toMatchObject({ code: 'invalid_query', status: 400 });
  });
});
