import path from 'node:path';
import { parseArgs } from 'node:util';
import { StorageError, type ObjectStorage } from '@mushroom/recognition/registry/storage/object-storage';
import { openStorage, type StorageOptions } from '@mushroom/recognition/registry/storage/open-storage';
import { DISK, storedFiles, type DataFiles } from './data-files.ts';
import { invocationPath } from '../terminal/invocation-path.ts';
import { readManifest } from './manifest.ts';
import { runShardJob } from './shard-job.ts';
import { PHOTOS_A_SHARD } from './shards.ts';
import { splitPhotos } from './splits.ts';
import { runCommand } from '../terminal/command.ts';

const HELP = `Packs photos into training shards, on as many machines as you like: each makes the shards of its index.

  npm run shards -w models -- --data URI --out URI [--index I --of N]

  --data URI              photos and their labels, in any shape that training takes: a path, gs://bucket/folder or
                          gs://bucket/file.csv
  --out URI               where the folder of shards goes: a path, or gs://bucket/prefix
  --index I               which share of the shards, from 0 (default: JOB_COMPLETION_INDEX, as Kubernetes sets it; else 0)
  --of N                  how many shares there are (default: JOB_COMPLETIONS; else 1)
  --seed N                of the splits and the order (default: 1, as in training)
  --photos-per-shard N    (default: ${PHOTOS_A_SHARD})

Shards that are there already are checked and kept. Ends with 2 where arguments or data are wrong, so that trying again
is no use, and with 1 where a disk, a bucket or the network failed.
STORAGE_EMULATOR_HOST, such as http://127.0.0.1:4443, is asked in place of Google.
`;

const { JOB_COMPLETION_INDEX, JOB_COMPLETIONS, STORAGE_EMULATOR_HOST } = process.env;

const OPTIONS = {
  data: { type: 'string' },
  out: { type: 'string' },
  index: { type: 'string', default: JOB_COMPLETION_INDEX ?? '0' },
  of: { type: 'string', default: JOB_COMPLETIONS ?? '1' },
  seed: { type: 'string', default: '1' },
  'photos-per-shard': { type: 'string', default: String(PHOTOS_A_SHARD) },
  help: { type: 'boolean', default: false },
} as const;

const isBucket = (uri: string) => uri.startsWith('gs://');

const storageOptions: StorageOptions = STORAGE_EMULATOR_HOST ? { apiEndpoint: STORAGE_EMULATOR_HOST } : {};

const open = (uri: string): Promise<ObjectStorage> =>
  openStorage(isBucket(uri) ? uri : invocationPath(uri), storageOptions);

/** Where the data is, and how its files are read. A bucket's objects get paths of their own, such as `/bucket/a.csv`. */
async function dataAt(uri: string): Promise<{ data: string; files: DataFiles }> {
  if (!isBucket(uri)) return { data: invocationPath(uri), files: DISK };
  const data = path.join('/', uri.slice('gs://'.length)).replace(/\/$/, '');
  const folder = data.endsWith('.csv') ? path.dirname(data) : data;
  return { data, files: await storedFiles(await open(`gs:/${folder}`), folder) };
}

function wholeNumber(flag: string, given: string, from: number): number {
  const number = Number(given);
  if (given.trim() !== '' && Number.isInteger(number) && number >= from) return number;
  throw new Error(`--${flag} takes a whole number from ${from}, not "${given}"`);
}

async function prepare() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  if (!values.data || !values.out) throw new Error('--data and --out are needed; --help tells more');
  const seed = wholeNumber('seed', values.seed, 1);
  const of = wholeNumber('of', values.of, 1);
  const index = wholeNumber('index', values.index, 0);
  const photosAShard = wholeNumber('photos-per-shard', values['photos-per-shard'], 1);
  if (index >= of) throw new Error(`--index ${index} is none of ${of}: they are counted from 0`);
  const { data, files } = await dataAt(values.data);
  const { photos, root } = await readManifest(data, files);
  const out = await open(values.out);
  return { photos: splitPhotos(photos, seed), root, read: files.read, out, seed, of, index, photosAShard };
}

let isPrepared = false;

async function shards(): Promise<void> {
  const job = await prepare();
  isPrepared = true;
  if (job) {
    const onShard = (name: string, what: string) => console.log(`${name}: ${what}`);
    const { folder, isComplete } = await runShardJob({ ...job, onShard });
    const state = isComplete ? 'all shards are there' : 'other indices are not done yet';
    console.log(`index ${job.index} of ${job.of}: done; ${state}: ${job.out.uri}/${folder}`);
  }
}

await runCommand('shards', shards, (error) => (isPrepared || error instanceof StorageError ? 1 : 2));
