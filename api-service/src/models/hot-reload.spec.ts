import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { licensedPhoto, startService, type StartedService } from '../testing/start-service.ts';
import { TemporaryRegistry } from '../testing/temporary-registry.ts';

// Versions are loaded while requests take the processors: seconds become many.
vi.setConfig({ testTimeout: 110_000, hookTimeout: 60_000 });

const CLIENTS = 4;

let registry: TemporaryRegistry;
let service: StartedService;
let clients: Clients;

/** Clients that ask without a pause, and note what they are answered. */
class Clients {
  readonly answers: { asked: number; status: number; version: string | undefined }[] = [];
  private done = false;
  private readonly running: Promise<void>[];

  constructor(address: string, photo: Buffer) {
    const ask = async () => {
      const asked = performance.now();
      const body = new FormData();
      body.append('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'photo.jpg');
      const response = await fetch(address, { method: 'POST', body });
      const { model } = (await response.json()) as { model?: { version: string } };
      this.answers.push({ asked, status: response.status, version: model?.version });
    };
    this.running = Array.from({ length: CLIENTS }, async () => {
      while (!this.done) await ask();
    });
  }

  /** The versions that answer what is asked from now on. */
  async answering(): Promise<Set<string | undefined>> {
    const now = performance.now();
    const versions = () => this.answers.filter(({ asked }) => asked > now).map(({ version }) => version);
    await vi.waitFor(() => expect(versions().length).toBeGreaterThanOrEqual(2 * CLIENTS), 120_000);
    return new Set(versions());
  }

  async stop(): Promise<void> {
    this.done = true;
    await Promise.all(this.running);
  }
}

beforeEach(async () => {
  registry = await TemporaryRegistry.create(['1']);
  service = await startService({
    MODEL_REGISTRY: registry.directory,
    MODEL_NAME: registry.name,
    INFERENCE_BACKEND: 'wasm',
    REQUEST_DEADLINE_MS: 600_000,
  });
  const { port } = await service.listen();
  const photo = await readFile(licensedPhoto(service, 'amanita-muscaria-2.jpg'));
  clients = new Clients(`http://127.0.0.1:${port}/api/v1/identifications`, photo);
});
afterEach(async () => {
  await clients.stop();
  await service.stop();
  await registry.remove();
});

describe('under requests that never stop', () => {
  it('versions come, go back and fail without a failed request', async () => {
    const { served } = service.parts;
    expect(await clients.answering()).toEqual(new Set(['1']));

    await registry.add('2');
    await served.reload();
    expect(await clients.answering()).toEqual(new Set(['2']));

    await served.setLabel('stable', '1', 'test');
    expect(await clients.answering()).toEqual(new Set(['1']));

    await registry.add('3', 'wrong golden outputs');
    await registry.label({ stable: '3' });
    await served.reload();
    expect(await clients.answering()).toEqual(new Set(['1']));

    await registry.add('4');
    await registry.label({ stable: '4' });
    await served.reload();
    expect(await clients.answering()).toEqual(new Set(['4']));
    expect(served.status().loaded.map(({ version }) => version)).toEqual(['1', '4']);

    await clients.stop();
    expect(clients.answers.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
