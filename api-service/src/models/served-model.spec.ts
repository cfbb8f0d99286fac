import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { writeTinyBundle } from '@mushroom/training/pack/testing/tiny-bundle';
import pino, { type Logger } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { InferenceEngine } from '../inference/engine.ts';
import { engineSettings } from '../inference/engine-settings.ts';
import { BREAKAGES, TemporaryRegistry, type Breakage } from '../testing/temporary-registry.ts';
import { ServedModel, type ServedModelSettings } from './served-model.ts';

// Each version is loaded by real processes, which takes seconds where other specs run beside this one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let registry: TemporaryRegistry;
let log: Logger;
let lines: Record<string, unknown>[];
/** Versions whose engine was made, in that order. */
let loads: string[];
let models: ServedModel[];

/** Loaded fifty times, and never asked about a photo. */
let tiny: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tiny-'));
  tiny = await writeTinyBundle(folder, '1');
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  registry = await TemporaryRegistry.create(['1'], tiny);
  lines = [];
  loads = [];
  models = [];
  log = pino(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()));
        done();
      },
    }),
  );
});
afterEach(async () => {
  await Promise.all(models.map((model) => model.stop()));
  await registry.remove();
});

async function opened(settings: Partial<ServedModelSettings> = {}): Promise<ServedModel> {
  const model = await ServedModel.open(
    {
      registry: registry.directory,
      name: registry.name,
      pinned: null,
      labels: ['canary'],
      keepPrevious: 'yes',
      memoryBytes: Infinity,
      mirrorOf: null,
      pollMs: 0,
      ...settings,
    },
    (open) => {
      loads.push(open.bundle.version);
      const config = readConfig({ INFERENCE_WORKERS: '1', INFERENCE_BACKEND: 'wasm' });
      return new InferenceEngine(engineSettings(open, config), pino({ level: 'silent' }));
    },
    log,
  );
  models.push(model);
  return model;
}

async function started(settings: Partial<ServedModelSettings> = {}): Promise<ServedModel> {
  const model = await opened(settings);
  await model.start();
  await model.reload();
  return model;
}

const loadedVersions = (model: ServedModel) => model.status().loaded.map(({ version }) => version);
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { code?: string }) => error.code,
  );

describe('a served model', () => {
  it('is the newest version where the registry has no labels', async () => {
    await registry.add('10');
    await registry.add('9');
    const model = await opened();
    expect(model.stable.version).toBe('10');
    expect(() => model.find('9')).toThrow(expect.objectContaining({ code: 'model_not_loaded' }));
  });

  it('has the versions that labels.json names, each to be asked for by label or number', async () => {
    await registry.add('2');
    await registry.add('3');
    await registry.label({ stable: '1', canary: '2', nightly: '3' });
    const model = await started();
    expect(loadedVersions(model)).toEqual(['1', '2']);
    expect(model.find().version).toBe('1');
    expect(model.find('canary')).toBe(model.find('2'));
    expect(model.find('canary').engine.status().state).toBe('ready');
    expect(() => model.find('nightly')).toThrow(expect.objectContaining({ code: 'model_not_loaded' }));
  });

  it('is not the newest version where that is the canary', async () => {
    await registry.add('2');
    await registry.label({ canary: '2' });
    expect((await opened()).stable.version).toBe('1');
  });

  it('is the pinned version, whatever labels.json says', async () => {
    await registry.add('2');
    await registry.label({ stable: '2' });
    const model = await started({ pinned: '1' });
    expect(loadedVersions(model)).toEqual(['1']);
    expect(await problemOf(model.setLabel('stable', '2', 'test'))).toBe('label_not_served');
  });

  it('is the next older version where the newest can not be trusted', async () => {
    await registry.add('2');
    await registry.add('3', 'wrong golden outputs');
    await registry.add('4', 'truncated');
    const model = await started();
    expect(model.stable.version).toBe('2');
    expect(model.status().refused.map(({ subject, reason }) => [subject, reason])).toEqual([
      ['4', 'checksum'],
      ['3', 'golden'],
    ]);
  });

  it('is none where a pinned version can not be trusted, and where the registry has none', async () => {
    await registry.add('2', 'truncated');
    await expect(opened({ pinned: '2' })).rejects.toThrow('checksum differs');
    await expect(opened({ pinned: '3' })).rejects.toThrow('has no version 3 of the model');
    await expect(opened({ name: 'other' })).rejects.toThrow('has no version of the model');
  });

  it('is none where no version gives its golden outputs', async () => {
    await registry.add('1', 'wrong golden outputs');
    await expect((await opened()).start()).rejects.toThrow('golden output');
  });
});

describe('a new version', () => {
  it('serves once it was checked, without being asked for, while the service looks at the registry', async () => {
    const model = await opened({ pollMs: 20 });
    await model.start();
    await registry.add('2');
    await vi.waitFor(() => expect(model.stable.version).toBe('2'), 60_000);
    expect(model.stable.engine.status().state).toBe('ready');
    expect(lines).toContainEqual(
      expect.objectContaining({ audit: 'label_moved', label: 'stable', from: '1', to: '2', by: 'registry' }),
    );
  });

  it('is none until its bundle.json is there', async () => {
    const model = await started();
    await registry.add('2');
    const bundle = path.join(registry.folder, '2', 'bundle.json');
    const text = await readFile(bundle, 'utf8');
    await rm(bundle);
    await model.reload();
    expect(model.status()).toMatchObject({ labels: { stable: '1' }, refused: [] });
    await writeFile(bundle, text);
    await model.reload();
    expect(model.stable.version).toBe('2');
  });

  const REASONS: Record<Breakage, string> = {
    truncated: 'checksum',
    corrupted: 'checksum',
    'wrong checksum': 'checksum',
    'wrong golden outputs': 'golden',
    'without its weights': 'missing',
    'half a bundle.json': 'malformed',
    'the bundle.json of another version': 'malformed',
  };
  it.each(Object.keys(BREAKAGES) as Breakage[])(
    'that is broken (%s) is refused once, and the old one goes on; mended, it serves',
    async (breakage) => {
      const model = await started();
      await registry.add('2', breakage);
      await model.reload();
      await model.reload();
      const reason = REASONS[breakage];
      expect(model.stable).toMatchObject({ version: '1' });
      expect(model.stable.engine.status().state).toBe('ready');
      expect(loadedVersions(model)).toEqual(['1']);
      expect(model.status().refused).toEqual([expect.objectContaining({ subject: '2', reason })]);
      expect(Object.fromEntries(model.status().refusals)).toMatchObject({ [reason]: 1 });
      expect(lines.filter(({ msg }) => msg === 'refused')).toEqual([expect.objectContaining({ subject: '2', reason })]);

      await registry.add('2');
      await model.reload();
      expect(model.stable.version).toBe('2');
      expect(model.status().refused).toEqual([]);
    },
  );

  it('that labels.json names and the registry has not is waited for', async () => {
    const model = await started();
    await registry.label({ stable: '2' });
    await model.reload();
    expect(model.status().refused).toEqual([expect.objectContaining({ subject: '2', reason: 'missing' })]);
    await registry.add('2');
    await model.reload();
    expect(model.stable.version).toBe('2');
  });

  it('is tried again, unchanged, where an operator says so', async () => {
    const model = await started();
    await registry.add('2', 'corrupted');
    await model.reload();
    await model.reload({ again: true });
    expect(Object.fromEntries(model.status().refusals)).toMatchObject({ checksum: 2 });
  });

  it('stays unknown where labels.json is malformed: the labels before go on', async () => {
    await registry.label({ stable: '1' });
    const model = await started();
    await registry.add('2');
    await writeFile(path.join(registry.folder, 'labels.json'), '{"stable":');
    await model.reload();
    expect(model.status()).toMatchObject({
      labels: { stable: '1' },
      refused: [{ subject: 'labels.json', reason: 'malformed' }],
    });
    await registry.label({ stable: '2' });
    await model.reload();
    expect(model.status()).toMatchObject({ labels: { stable: '2' }, refused: [] });
  });
});

describe('a label', () => {
  it('goes back to the version before at once: that was never unloaded', async () => {
    await registry.add('2');
    await registry.label({ stable: '1' });
    const model = await started();
    const { engine } = model.stable;
    await model.setLabel('stable', '2', 'test');
    expect(model.status()).toMatchObject({ labels: { stable: '2' }, previous: '1' });
    await model.setLabel('stable', '1', 'test');
    expect(model.stable.engine).toBe(engine);
    expect(loads).toEqual(['1', '2']);
    expect(model.status().moves).toBe(2);
  });

  it('is kept in labels.json, with the version that was stable until then', async () => {
    await registry.add('2');
    await registry.label({ stable: '1' });
    const model = await started();
    await rm(path.join(registry.folder, 'labels.json'));
    await model.setLabel('canary', '2', 'test');
    expect(JSON.parse(await readFile(path.join(registry.folder, 'labels.json'), 'utf8'))).toEqual({
      stable: '1',
      canary: '2',
    });
    await model.setLabel('canary', null, 'test');
    expect(model.status().labels).toEqual({ stable: '1' });
    expect(loadedVersions(model)).toEqual(['1']);
  });

  it('does not move where its version is unknown, broken, or the label is none that is served', async () => {
    await registry.add('2', 'corrupted');
    await registry.label({ stable: '1' });
    const model = await started();
    expect(await problemOf(model.setLabel('stable', '3', 'test'))).toBe('model_not_found');
    expect(await problemOf(model.setLabel('stable', '2', 'test'))).toBe('version_refused');
    expect(await problemOf(model.setLabel('nightly', '1', 'test'))).toBe('label_not_served');
    expect(await problemOf(model.setLabel('stable', null, 'test'))).toBe('label_not_served');
    expect(model.status()).toMatchObject({ labels: { stable: '1' }, moves: 0 });
    expect(JSON.parse(await readFile(path.join(registry.folder, 'labels.json'), 'utf8'))).toEqual({ stable: '1' });
  });

  it('does not move where that could not be kept', async () => {
    const model = await started({ labels: [] });
    await registry.add('2');
    await mkdir(path.join(registry.folder, 'labels.json', 'in-the-way'), { recursive: true });
    expect(await problemOf(model.setLabel('stable', '2', 'test'))).toBe('registry_read_only');
    expect(model.stable.version).toBe('1');
    expect(loadedVersions(model)).toEqual(['1']);
  });
});

describe('a label of a registry that follows a bucket', () => {
  it('is moved there, not here', async () => {
    const model = await opened({ mirrorOf: 'gs://models' });
    await expect(model.setLabel('stable', '1', 'test')).rejects.toMatchObject({
      code: 'registry_read_only',
      facts: { detail: expect.stringContaining('gs://models') },
    });
  });
});

describe('a version that nothing names any more', () => {
  it('answers the requests that it has before its processes end', async () => {
    const model = await started({ keepPrevious: 'no' });
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    let reached: () => void = () => {};
    const begun = new Promise<void>((resolve) => (reached = resolve));
    const work = model.use(undefined, async ({ version, engine }) => {
      reached();
      await held;
      return { version, state: engine.status().state };
    });
    await begun;
    const { engine } = model.stable;
    await registry.add('2');
    await model.reload();
    expect(model.stable.version).toBe('2');
    expect(engine.status().state).toBe('ready');
    finish();
    expect(await work).toEqual({ version: '1', state: 'ready' });
    await vi.waitFor(() => expect(engine.status().state).toBe('stopped'), 10_000);
  });

  it('goes, where it was the stable one before, once memory runs short', async () => {
    const model = await started({ keepPrevious: 'auto', memoryBytes: 1 });
    await registry.add('2');
    await model.reload();
    expect(model.status()).toMatchObject({ labels: { stable: '2' }, previous: null });
    expect(loadedVersions(model)).toEqual(['2']);
  });

  it('makes room before the next is loaded: there is never more than one beside those with labels', async () => {
    const model = await started();
    const resident: number[] = [];
    for (const version of ['2', '3', '4']) {
      await registry.add(version);
      await model.reload();
      expect(model.stable.version).toBe(version);
      resident.push(model.status().loaded.length);
    }
    expect(resident).toEqual([2, 2, 2]);
    expect(model.status().previous).toBe('3');
  });
});

describe('the end', () => {
  it('comes while a version is being loaded, and leaves no process', async () => {
    const model = await started();
    await registry.add('2');
    void model.reload();
    await vi.waitFor(() => expect(loads).toEqual(['1', '2']), 10_000);
    await model.stop();
    expect(model.stable.version).toBe('1');
    expect(model.status().loaded.map(({ engine }) => engine.status().state)).toEqual(['stopped']);
  });
});
