import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPhotos } from '@mushroom/training/data/read-photos';
import { planShards, writeShards, type PlannedShard } from '@mushroom/training/data/shards';
import { splitPhotos } from '@mushroom/training/data/splits';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repository } from '../service-process.ts';
import { builtImages, describeImages, podman } from './container.ts';

const PHOTOS_A_SHARD = 16;
const OF = 4;
const VICTIM = 1;

describeImages('the containers of the data job', () => {
  const models = path.join(repository, 'models/data');
  let storage: FakeCloudStorage;
  let folder: string;
  let single: string;
  /** The second shard of the index that is killed. */
  let held: PlannedShard;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dataset-job-'));
    const { photos, root } = await readPhotos(path.join(models, 'licensed.csv'), { cache: folder });
    const split = splitPhotos(photos, 1);
    single = await writeShards({ photos: split, root, cache: folder, seed: 1, photosAShard: PHOTOS_A_SHARD });
    held = planShards(split, 1, PHOTOS_A_SHARD)[VICTIM + OF]!;

    storage = await startFakeCloudStorage(['data', 'shards']);
    const data = storage.objects.get('data')!;
    data.set('licensed.csv', { bytes: await readFile(path.join(models, 'licensed.csv')), generation: 1 });
    for (const name of await readdir(path.join(models, 'licensed'))) {
      data.set(`licensed/${name}`, { bytes: await readFile(path.join(models, 'licensed', name)), generation: 1 });
    }
  });
  afterAll(async () => {
    await storage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs an index as Kubernetes does; gives its exit code when it has ended, and what it printed. */
  function start(index: number) {
    const name = `dataset-job-${randomUUID()}`;
    const memory = ['--memory', '512m', '--memory-swap', '512m'];
    const rights = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '256'];
    const environment = [`JOB_COMPLETION_INDEX=${index}`, `STORAGE_EMULATOR_HOST=${storage.url}`];
    const args = ['--data', 'gs://data/licensed.csv', '--out', 'gs://shards/made', '--of', String(OF)];
    const ended = podman(
      ...['run', '--rm', '--name', name, '--network', 'host', ...memory, ...rights],
      ...environment.flatMap((variable) => ['--env', variable]),
      builtImages().datasetJob.name,
      ...args,
      ...['--photos-per-shard', String(PHOTOS_A_SHARD)],
    ).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );
    return { name, ended };
  }

  const made = () =>
    [...storage.objects.get('shards')!]
      .filter(([name]) => /\.tfrecord$|_index\.jsonl$/.test(name))
      .map(([name, { bytes }]) => [path.basename(name), bytes] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  const isComplete = () => storage.objects.get('shards')!.has(`made/${path.basename(single)}/_manifest.json`);

  it('make the shards of a single machine, byte for byte, though one is killed on the way', async () => {
    let reached = () => {};
    let letGo = () => {};
    const hasReached = new Promise<void>((resolve) => (reached = resolve));
    const waitFor = new Promise<void>((resolve) => (letGo = resolve));
    storage.interfere = (request) => {
      if (!request.startsWith('POST') || !request.includes(held.name)) return undefined;
      reached();
      return { waitFor };
    };
    const containers = Array.from({ length: OF }, (_, index) => start(index));
    const [victim] = containers.splice(VICTIM, 1);
    for (const { ended } of containers) expect(await ended).toMatchObject({ code: 0 });
    await hasReached;
    await podman('kill', '--signal', 'KILL', victim!.name);
    expect(await victim!.ended).toMatchObject({ code: 137 });
    expect(isComplete()).toBe(false);
    storage.interfere = () => undefined;
    letGo();

    const again = await start(VICTIM).ended;
    expect(again, again.output).toMatchObject({ code: 0 });
    expect(again.output).toContain('already there');
    expect(isComplete()).toBe(true);
    const names = (await readdir(single)).sort();
    expect(made().map(([name]) => name)).toEqual(names);
    for (const [name, bytes] of made()) {
      expect(bytes.equals(await readFile(path.join(single, name))), name).toBe(true);
    }
  }, 300_000);

  it('end at SIGTERM, as where a node is taken back', async () => {
    let reached = () => {};
    const hasReached = new Promise<void>((resolve) => (reached = resolve));
    let letGo = () => {};
    const waitFor = new Promise<void>((resolve) => (letGo = resolve));
    storage.interfere = () => {
      reached();
      return { waitFor };
    };
    const { name, ended } = start(0);
    await hasReached;
    await podman('kill', '--signal', 'TERM', name);
    expect(await ended).toMatchObject({ code: 143 });
    storage.interfere = () => undefined;
    letGo();
  });
});
