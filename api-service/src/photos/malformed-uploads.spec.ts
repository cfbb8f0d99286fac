import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
import { malformedUploads, type MalformedUpload } from './malformed-uploads.fixtures.ts';

// Loading the model takes seconds, and longer where other specs run beside this one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MEGABYTE = 1024 * 1024;

/** Collects garbage, so that what is left is in use. */
const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

async function memoryInUse(): Promise<{ used: number; resident: number }> {
  // Twice, a turn of the event loop apart: buffers are freed by finalizers of the first collection.
  for (let i = 0; i < 2; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { used: (heapUsed + external) / MEGABYTE, resident: rss / MEGABYTE };
}

describe('malformed uploads', () => {
  let service: StartedService;
  let port: number;
  let uploads: MalformedUpload[];

  beforeAll(async () => {
    service = await startService();
    ({ port } = await service.listen());
    // A large photo, so that a leak of even some uploads shows in the memory.
    const photo = await sharp(licensedPhoto(service, 'amanita-muscaria-2.jpg'))
      .resize(1600)
      .jpeg({ quality: 97 })
      .toBuffer();
    uploads = await malformedUploads(photo);
  });

  afterAll(() => service.stop());

  it('are 200 and more, of 15 kinds and more', () => {
    expect(uploads.length).toBeGreaterThanOrEqual(200);
    expect(new Set(uploads.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
  });

  it('are each answered with a 4xx, and leave the service alive and its memory as it was', async () => {
    const sendAll = async () => {
      const wrong: string[] = [];
      for (const { kind, detail, send } of uploads) {
        const status = await send(port);
        const expected = kind.startsWith('sender')
          ? status === null || status === 400
          : status !== null && status >= 400 && status < 500;
        if (!expected) wrong.push(`${kind}, ${detail}: ${status}`);
      }
      return wrong;
    };
    // The first round fills what is kept on purpose: compiled code, pools, connections.
    expect(await sendAll()).toEqual([]);
    const before = await memoryInUse();
    expect(await sendAll()).toEqual([]);
    const after = await memoryInUse();
    expect(after.used - before.used).toBeLessThan(8);
    expect(after.resident - before.resident).toBeLessThan(64);

    const good = await supertest(service.app)
      .post('/api/v1/identifications')
      .attach('image', await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg')), 'photo.jpg');
    expect(good.status).toBe(200);
    expect(service.engine.status()).toMatchObject({ state: 'ready', restarts: 0, queueDepth: 0 });
  }, 120_000);
});
