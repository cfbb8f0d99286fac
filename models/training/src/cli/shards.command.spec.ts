import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  startFakeCloudStorage,
  type FakeCloudStorage,
} from '@mushroom/recognition/registry/storage/testing/fake-cloud-storage';
import { readPhotos } from '../data/read-photos.ts';
import { planShards, writeShards, type PlannedShard } from '../data/shards.ts';
import { splitPhotos } from '../data/splits.ts';
import { runMushroom } from './testing/run-mushroom.ts';

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const LICENSED = path.join(MODELS, 'data/licensed.csv');
const PHOTOS_A_SHARD = 16;
const OF = 4;
const VICTIM = 2;

let fake: FakeCloudStorage;
let folder: string;
/** Content by name, of the shards that one machine makes. */
let expected: Map<string, Buffer>;
let expectedFolder: string;
/** The second shard of the index that is killed: it is kept from finishing it. */
let held: PlannedShard;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shards-cli-'));
  const { photos, root } = await readPhotos(LICENSED, { cache: path.join(folder, 'single') });
  const split = splitPhotos(photos, 1);
  const options = { root, cache: path.join(folder, 'single'), seed: 1, photosAShard: PHOTOS_A_SHARD };
  const single = await writeShards({ photos: split, ...options });
  held = planShards(split, 1, PHOTOS_A_SHARD)[VICTIM + OF]!;
  expectedFolder = path.basename(single);
  expected = await filesIn(single);

  fake = await startFakeCloudStorage(['data', 'shards']);
  const data = fake.objects.get('data')!;
  data.set('photos/licensed.csv', { bytes: await readFile(LICENSED), generation: 1 });
  for (const [name, bytes] of await filesIn(path.join(MODELS, 'data/licensed'))) {
    data.set(`photos/licensed/${name}`, { bytes, generation: 1 });
  }
});
afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

async function filesIn(directory: string): Promise<Map<string, Buffer>> {
  const entries = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile());
  const names = entries.map(({ name }) => name).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(directory, name))] as const)),
  );
}

interface Run {
  process: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

/** The data job's own process. */
function start(args: string[], environment: Record<string, string> = {}): Run {
  const main = fileURLToPath(new URL('shards.main.ts', import.meta.url));
  const variables = { STORAGE_EMULATOR_HOST: fake.url, INIT_CWD: folder, ...environment };
  const settings = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
  const child = spawn('env', [...settings, process.execPath, '--import', 'tsx', main, ...args], {
    cwd: MODELS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(() => child.exitCode);
  return { process: child, output: () => output, ended };
}

interface Place {
  data: () => string;
  out: () => string;
  /** Keeps the shard from being finished until it is let go. */
  hold: () => Promise<() => Promise<void>>;
  shards: () => Promise<Map<string, Buffer>>;
}

const PLACES: Record<string, Place> = {
  'a folder': {
    data: () => path.join(folder, 'photos', 'licensed.csv'),
    out: () => path.join(folder, 'out'),
    async hold() {
      await cp(path.join(MODELS, 'data/licensed'), path.join(folder, 'photos', 'licensed'), { recursive: true });
      await copyFile(LICENSED, path.join(folder, 'photos', 'licensed.csv'));
      // Whoever looks at what is there already waits for someone who writes into the pipe.
      const shard = path.join(folder, 'out', expectedFolder, held.name);
      await mkdir(path.dirname(shard), { recursive: true });
      execFileSync('mkfifo', [shard]);
      return () => rm(shard);
    },
    shards: () => filesIn(path.join(folder, 'out', expectedFolder)),
  },
  'a bucket': {
    data: () => 'gs://data/photos/licensed.csv',
    out: () => 'gs://shards/some/prefix',
    async hold() {
      let letGo = () => {};
      const waitFor = new Promise<void>((resolve) => (letGo = resolve));
      fake.interfere = (request) =>
        request.startsWith('POST') && request.includes(held.name) ? { waitFor } : undefined;
      return async () => {
        fake.interfere = () => undefined;
        letGo();
      };
    },
    async shards() {
      const prefix = `some/prefix/${expectedFolder}/`;
      const objects = [...fake.objects.get('shards')!].filter(([name]) => name.startsWith(prefix));
      return new Map(
        objects
          .map(([name, { bytes }]) => [name.slice(prefix.length), bytes] as const)
          .filter(([name]) => !name.includes('/')),
      );
    },
  },
};

describe.each(Object.keys(PLACES))('shards of processes that run in parallel, in %s', (kind) => {
  it('are those of a single machine, byte for byte, though one process is killed on the way', async () => {
    const { data, out, hold, shards } = PLACES[kind]!;
    const letGo = await hold();
    const args = ['--data', data(), '--out', out(), '--photos-per-shard', String(PHOTOS_A_SHARD), '--of', String(OF)];
    const index = (i: number) => start(args, { JOB_COMPLETION_INDEX: String(i) });
    const runs = [0, 1, 2, 3].map(index);
    const victim = runs[VICTIM]!;
    await expect.poll(() => victim.output(), { timeout: 100_000 }).toContain(': written');
    const others = await Promise.all(runs.filter((run) => run !== victim).map(({ ended }) => ended));
    expect(others, runs.map(({ output }) => output()).join('\n')).toEqual([0, 0, 0]);
    victim.process.kill('SIGKILL');
    expect(await victim.ended).toBeNull();
    expect([...(await shards()).keys()]).not.toContain('_manifest.json');
    await letGo();

    const again = index(VICTIM);
    expect(await again.ended, again.output()).toBe(0);
    expect(again.output()).toContain(': already there');
    expect(again.output()).toContain('all shards are there');

    const made = await shards();
    const manifest = JSON.parse(made.get('_manifest.json')!.toString());
    made.delete('_manifest.json');
    expect(['_index.jsonl', ...manifest.shards.map(({ name }: { name: string }) => name)]).toEqual([
      ...expected.keys(),
    ]);
    expect([...made.keys()].sort()).toEqual([...expected.keys()]);
    for (const [name, bytes] of expected) expect(made.get(name)!.equals(bytes), name).toBe(true);
  }, 300_000);
});

/** The command in this process. */
async function run(args: string[], environment: Record<string, string> = {}) {
  const variables = { STORAGE_EMULATOR_HOST: fake.url, INIT_CWD: folder, ...environment };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return runMushroom('shards', ...args);
}

describe('the command', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    fake.interfere = () => undefined;
  });

  it.each([
    ['no data', ['--out', 'out'], {}, /required option '--data <uri>'/],
    ['nowhere to put shards', ['--data', LICENSED], {}, /required option '--out <uri>'/],
    ['data that is not there', ['--data', 'nowhere', '--out', 'out'], {}, /^shards: .*nowhere: no such file or folder/],
    ['no photos in a bucket', ['--data', 'gs://data/nothing', '--out', 'out'], {}, /no labelled photos found/],
    [
      'an index that is none',
      ['--data', LICENSED, '--out', 'out', '--index', '3', '--of', '3'],
      {},
      /^shards: --index 3 is none of 3/,
    ],
    [
      'an index that is no number',
      ['--data', LICENSED, '--out', 'out'],
      { JOB_COMPLETION_INDEX: 'x' },
      /--index .*JOB_COMPLETION_INDEX.*It takes a whole number from 0/,
    ],
    ['another kind of bucket', ['--data', LICENSED, '--out', 's3://shards'], {}, /--out .*It takes gs:\/\/bucket/],
    ['a flag that it does not know', ['--data', 'x', '--out', 'y', '--dta', 'x'], {}, /unknown option '--dta'/],
  ])('ends with 2, and says why, if there is %s', async (_, args, environment, message) => {
    const { status, stderr } = await run(args, environment);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('ends with 1 if the bucket can not be used, so that it is tried again', async () => {
    fake.interfere = (request) => (request.startsWith('POST') ? { status: 403 } : undefined);
    const { status, stderr } = await run(['--data', LICENSED, '--out', 'gs://shards/refused']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^shards: gs:\/\/shards\/refused\/.*access is denied \(403\)/);
  });

  it.each([
    ['the bucket can not be listed', /^GET .*\/o\?/, /^shards: gs:\/\/data\/photos\/: access is denied \(403\)/],
    [
      'a photo of it can not be read',
      /^GET .*\.jpg\?alt=media/,
      /^shards: gs:\/\/data\/photos\/.*\.jpg: access is denied/,
    ],
  ])('ends with 1 if %s, so that it is tried again', async (_, requests, message) => {
    fake.interfere = (request) => (requests.test(request) ? { status: 403 } : undefined);
    const args = ['--data', 'gs://data/photos/licensed.csv', '--out', 'out-of-none', '--skip-unreadable'];
    const { status, stderr } = await run(args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('ends with 1, before it reads a photo, if nothing can be written where the shards go', async () => {
    const { status, stderr } = await run(['--data', 'nowhere', '--out', LICENSED]);
    expect(status).toBe(1);
    expect(stderr).toBe(`shards: nothing can be written into ${LICENSED}: ${LICENSED} is no folder\n`);
  });

  it("ends as the data job's own process with the same codes", async () => {
    fake.interfere = (request) => (request.startsWith('POST') ? { status: 403 } : undefined);
    const [help, wrongUsage, wrongData, refused] = [
      start(['--help']),
      start(['--out', 'out']),
      start(['--data', 'nowhere', '--out', 'out']),
      start(['--data', LICENSED, '--out', 'gs://shards/refused']),
    ];
    expect(await help!.ended).toBe(0);
    expect(help!.output()).toContain('Usage: shards [options]');
    expect(await wrongUsage!.ended).toBe(2);
    expect(wrongUsage!.output()).toMatch(/required option '--data <uri>'/);
    expect(await wrongData!.ended).toBe(2);
    expect(wrongData!.output()).toMatch(/^shards: .*nowhere: no such file or folder/);
    expect(await refused!.ended).toBe(1);
    expect(refused!.output()).toMatch(/^shards: .*access is denied \(403\)/);
  }, 100_000);

  it('tells its options', async () => {
    const { status, stdout } = await run(['--help']);
    expect(status).toBe(0);
    for (const option of ['data', 'skip-unreadable', 'out', 'index', 'of', 'seed', 'photos-per-shard', 'emulator']) {
      expect(stdout).toContain(`  --${option} `);
    }
  });

  describe('of a bucket', () => {
    const put = async (name: string, photo: string | Buffer, more = {}) => {
      const bytes = typeof photo === 'string' ? await readFile(path.join(MODELS, 'data/licensed', photo)) : photo;
      fake.objects.get('data')!.set(name, { bytes, generation: 1, ...more });
    };
    const photosRead = () => fake.requests.filter((request) => /^GET .*%2F\w+\.jpg\?alt=media/.test(request)).length;

    it.each<[string, (out: string) => Promise<unknown>]>([
      ['a photo', () => put('changing/Amanita_muscaria/a.jpg', 'amanita-muscaria-2.jpg')],
      [
        'a photo that was put together of parts, so that its MD5 is not known',
        () => put('changing/Amanita_muscaria/b.jpg', 'amanita-muscaria-2.jpg', { generation: 2, isComposite: true }),
      ],
    ])(
      'makes other shards if %s was replaced under its name, and reads no photo to know that none was',
      async (_, replace) => {
        await put('changing/Amanita_muscaria/a.jpg', 'amanita-muscaria-1.jpg');
        await put('changing/Amanita_muscaria/b.jpg', 'amanita-muscaria-3.jpg', { isComposite: true });
        const args = ['--data', 'gs://data/changing', '--out', 'gs://shards/changing'];
        const folderOf = ({ stdout }: { stdout: string }) => /changing\/(shards-\w+)/.exec(stdout)?.[1];
        const first = folderOf(await run(args));
        fake.requests.length = 0;
        const again = await run(args);
        expect(folderOf(again)).toBe(first);
        expect(again.stdout).toContain('already there');
        expect(photosRead()).toBe(0);
        await replace('');
        const replaced = await run(args);
        expect(replaced.status, replaced.stderr).toBe(0);
        expect(folderOf(replaced)).toMatch(/^shards-/);
        expect(folderOf(replaced)).not.toBe(first);
        expect(photosRead()).toBe(2);
      },
    );

    it('names all files that are no photos, and ends with 2, or leaves them out if it is told to', async () => {
      await put('spoilt/Amanita_muscaria/a.jpg', 'amanita-muscaria-1.jpg');
      await put('spoilt/Amanita_muscaria/._a.jpg', Buffer.from('Mac OS X'));
      await put('spoilt/Amanita_muscaria/empty.jpg', Buffer.alloc(0));
      await put('spoilt/Amanita_muscaria/page.jpg', Buffer.from('<html>'));
      await put('spoilt/Amanita_muscaria/b.heic', Buffer.from('…'));
      const args = ['--data', 'gs://data/spoilt', '--out', 'gs://shards/spoilt'];
      const dotted = await run(args);
      expect(dotted.status).toBe(2);
      expect(dotted.stderr).toMatch(
        /^shards: 1 file of the data.*\n {2}Amanita_muscaria\/\._a\.jpg: A dot before a name/,
      );
      fake.objects.get('data')!.delete('spoilt/Amanita_muscaria/._a.jpg');
      const { status, stderr } = await run(args);
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^shards: 2 files of the data.*\n {2}Amanita_muscaria\/empty\.jpg: .*\n {2}.*page\.jpg: The file/,
      );
      const skipping = await run([...args, '--skip-unreadable']);
      expect(skipping.status, skipping.stderr).toBe(0);
      expect(skipping.stdout).toContain(
        'left out, ending in .heic, where JPEG, PNG or WebP is taken: 1 (Amanita_muscaria/b.heic)',
      );
      expect(skipping.stdout).toMatch(
        /left out by --skip-unreadable: 2 files.*empty\.jpg.*page\.jpg.*all shards are there/s,
      );
    });
  });

  it('reads a folder of folders in a bucket as it reads one on the disk', async () => {
    const data = fake.objects.get('data')!;
    const photo = await readFile(path.join(MODELS, 'data/licensed', 'amanita-muscaria-1.jpg'));
    for (const name of ['Amanita_muscaria/a.jpg', 'Amanita_muscaria/b.jpg', 'not-a-mushroom/c.jpg', 'notes.txt']) {
      data.set(`by-label/${name}`, { bytes: photo, generation: 1 });
    }
    const { status, stderr } = await run(['--data', 'gs://data/by-label/', '--out', 'by-label-shards']);
    expect(status, stderr).toBe(0);
    const [made] = await readdir(path.join(folder, 'by-label-shards'));
    const shards = await filesIn(path.join(folder, 'by-label-shards', made!));
    const text = Buffer.concat([...shards.values()]).toString('latin1');
    for (const part of ['Amanita_muscaria/a.jpg', 'not-a-mushroom/c.jpg', 'Amanita muscaria', 'by-label']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('notes.txt');
  });
});
