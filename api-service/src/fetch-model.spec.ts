import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundle, versionsOf } from '@mushroom/recognition/bundle/bundle-reader';
import { writeTinyBundle } from '@mushroom/training/pack/testing/tiny-bundle';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { afterEach, beforeEach, expect, it } from 'vitest';

const NAME = 'tiny-classifier';

let fake: FakeCloudStorage;
let folder: string;
let registry: string;
beforeEach(async () => {
  fake = await startFakeCloudStorage(['models']);
  folder = await mkdtemp(path.join(tmpdir(), 'fetch-model-'));
  registry = path.join(folder, 'registry');
  const bundle = await writeTinyBundle(path.join(folder, 'published'), '1');
  for (const entry of await readdir(bundle, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    put(`${NAME}/1/${path.relative(bundle, file)}`, await readFile(file));
  }
  put(`${NAME}/labels.json`, Buffer.from('{"stable":"1"}'));
});
afterEach(async () => {
  await fake.stop();
  await rm(folder, { recursive: true });
});

const bucket = () => fake.objects.get('models')!;
const put = (object: string, bytes: Buffer) => void bucket().set(object, { bytes, generation: bucket().size + 1 });

/** Runs it as a process of its own; gives its exit code and all that it printed. */
async function fetchModel(environment: Record<string, string> = {}) {
  const program = fileURLToPath(new URL('../dist/fetch-model.js', import.meta.url));
  const running = spawn(process.execPath, [program], {
    env: {
      MODEL_NAME: NAME,
      MODEL_REGISTRY: registry,
      MODEL_BUCKET: 'gs://models',
      STORAGE_EMULATOR_HOST: fake.url,
      ...environment,
    },
  });
  let output = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (text) => (output += text));
  const [code] = (await once(running, 'close')) as [number];
  return { code, output };
}

it('fills the registry with what the bucket has', async () => {
  expect(await fetchModel()).toMatchObject({ code: 0 });
  expect((await openBundle(path.join(registry, NAME, '1'))).bundle.version).toBe('1');
  expect(JSON.parse(await readFile(path.join(registry, NAME, 'labels.json'), 'utf8'))).toEqual({ stable: '1' });
});

it('fails, and leaves no version behind, where a file is not the one that its checksum names', async () => {
  const weights = [...bucket().keys()].find((object) => object.endsWith('weights.bin'))!;
  const { bytes } = bucket().get(weights)!;
  bytes[0]! ^= 1;
  const { code, output } = await fetchModel();
  expect(code).toBe(1);
  expect(output).toContain('weights.bin');
  expect(await versionsOf(registry, NAME)).toEqual([]);
});

it('fails, and says why, where the bucket is out of reach', async () => {
  const { code, output } = await fetchModel({ MODEL_BUCKET: 'gs://elsewhere' });
  expect(code).toBe(1);
  expect(output).toContain('gs://elsewhere');
});

it('fails where no bucket is named', async () => {
  const { code, output } = await fetchModel({ MODEL_BUCKET: '' });
  expect(code).toBe(1);
  expect(output).toContain('MODEL_BUCKET is not set');
});
