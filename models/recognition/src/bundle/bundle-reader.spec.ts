import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError, graphFrom, openBundle, readGolden, versionsOf } from './bundle-reader.ts';
import { TINY_FACTS } from './testing/tiny-facts.ts';

const NAME = TINY_FACTS.name;

let registry: string;
let directory: string;
beforeEach(async () => {
  registry = await mkdtemp(path.join(tmpdir(), 'registry-'));
  directory = path.join(registry, NAME, '3');
  await writeBundleFiles();
});
afterEach(() => rm(registry, { recursive: true, force: true }));

/** A bundle in all but its weights, which are four numbers in two files. */
const FILES: Record<string, string | Uint8Array> = {
  'graph/model.json': JSON.stringify({
    format: 'graph-model',
    modelTopology: { node: [] },
    weightsManifest: [
      {
        paths: ['a.bin', 'b.bin'],
        weights: [{ name: 'w', shape: [4], dtype: 'float32' }],
      },
    ],
  }),
  'graph/a.bin': new Uint8Array(Float32Array.of(1, 2).buffer),
  'graph/b.bin': new Uint8Array(Float32Array.of(3, 4).buffer),
  'golden.json': JSON.stringify({ tolerance: 0.001, cases: [{ name: 'grey', rgb: 'gICA', scores: [0.25, 0.75] }] }),
  'model-card.md': '# A model\n',
};

async function writeBundleFiles(change: object = {}) {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const [file, content] of Object.entries(FILES)) {
    const bytes = Buffer.from(content);
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), bytes);
    files[file] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const bundle = {
    schemaVersion: 1,
    ...TINY_FACTS,
    version: '3',
    files,
    ...change,
  };
  await writeFile(path.join(directory, 'bundle.json'), JSON.stringify(bundle));
}

async function refusal(): Promise<string> {
  const error: unknown = await openBundle(directory).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  return (error as BundleError).message;
}

describe('opening a bundle', () => {
  it('gives what bundle.json says', async () => {
    const { bundle } = await openBundle(directory);
    expect(bundle).toMatchObject({ name: NAME, version: '3' });
    expect(bundle.labels).toHaveLength(2);
  });

  it.each(Object.keys(FILES))('refuses it where %s is missing, by name', async (file) => {
    await rm(path.join(directory, file));
    expect(await refusal()).toBe(`${directory}: ${file} is missing`);
  });

  it.each(Object.keys(FILES))('refuses it where a byte of %s differs, by name', async (file) => {
    const bytes = await readFile(path.join(directory, file));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path.join(directory, file), bytes);
    expect(await refusal()).toMatch(`${file} is not the file that bundle.json names`);
  });

  it('refuses a file that was cut off, and one that is a folder', async () => {
    await writeFile(path.join(directory, 'graph/a.bin'), new Uint8Array(4));
    expect(await refusal()).toMatch(/a\.bin is not the file/);
    await rm(path.join(directory, 'graph/a.bin'));
    await mkdir(path.join(directory, 'graph/a.bin'));
    expect(await refusal()).toMatch(/a\.bin is missing/);
  });

  it('refuses a folder without bundle.json, or none at all', async () => {
    await rm(path.join(directory, 'bundle.json'));
    expect(await refusal()).toBe(`${directory}: bundle.json is missing`);
    directory = path.join(registry, 'nowhere');
    expect(await refusal()).toMatch(/nowhere: bundle\.json is missing/);
  });

  it.each(['', '{', '[]', '{"schemaVersion":1}'])('refuses a bundle.json that holds %j', async (text) => {
    await writeFile(path.join(directory, 'bundle.json'), text);
    expect(await refusal()).toMatch(/bundle\.json is malformed/);
  });

  it('says which field of bundle.json is wrong', async () => {
    await writeBundleFiles({ temperature: -1 });
    expect(await refusal()).toMatch(/temperature/);
  });
});

describe('the golden outputs', () => {
  it('are read', async () => {
    expect((await readGolden(await openBundle(directory))).cases[0]?.name).toBe('grey');
  });

  it('are refused where they are malformed or missing', async () => {
    const open = await openBundle(directory);
    await writeFile(path.join(directory, 'golden.json'), '{"tolerance":0.1}');
    await expect(readGolden(open)).rejects.toThrow(/golden\.json is malformed/);
    await rm(path.join(directory, 'golden.json'));
    await expect(readGolden(open)).rejects.toThrow(BundleError);
  });
});

describe('the graph', () => {
  it('comes with its weights, whichever files they are in', async () => {
    const artifacts = await graphFrom(await openBundle(directory)).load!();
    expect(artifacts.weightSpecs).toEqual([{ name: 'w', shape: [4], dtype: 'float32' }]);
    expect([...new Float32Array(artifacts.weightData as ArrayBuffer)]).toEqual([1, 2, 3, 4]);
  });
});

describe('the versions in a registry', () => {
  const place = (...parts: string[]) => path.join(registry, NAME, ...parts);

  it('come oldest first, by number', async () => {
    for (const version of ['10', '2', '1']) {
      await mkdir(place(version));
      await writeFile(place(version, 'bundle.json'), '{}');
    }
    expect(await versionsOf(registry, NAME)).toEqual(['1', '2', '3', '10']);
  });

  it('are no folder without bundle.json: it is still being written', async () => {
    await mkdir(place('4', 'graph'), { recursive: true });
    expect(await versionsOf(registry, NAME)).toEqual(['3']);
  });

  it('are no drafts, files or other names', async () => {
    for (const other of ['.4.draft', 'latest', '04', '0', '5-old']) {
      await mkdir(place(other));
      await writeFile(place(other, 'bundle.json'), '{}');
    }
    await writeFile(place('6'), 'a file');
    expect(await versionsOf(registry, NAME)).toEqual(['3']);
  });

  it('are none for a model or a registry that does not exist', async () => {
    expect(await versionsOf(registry, 'other-model')).toEqual([]);
    expect(await versionsOf(path.join(registry, 'nowhere'), NAME)).toEqual([]);
  });
});
