import path from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { readPhotoFile } from '@mushroom/recognition/photo-file/photo-file';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import { StorageError } from '@mushroom/recognition/registry/storage/object-storage';
import { DISK, storedFiles, type DataFiles } from '../data/data-files.ts';
import { leftOutLines } from '../data/left-out.ts';
import { readManifest, type PhotoRecord } from '../data/manifest.ts';
import type { CheckedPhoto } from '../data/read-photos.ts';
import { runShardJob } from '../data/shard-job.ts';
import { PHOTOS_A_SHARD } from '../data/shards.ts';
import { splitPhotos } from '../data/splits.ts';
import { requireWritable } from '../data/write-whole.ts';
import { reportUnreadable, UnreadableFilesError } from '../data/unreadable-files.ts';
import { UsageError } from '../terminal/command.ts';
import { skipUnreadableOption, wholeNumber, type OptionsOf } from '../terminal/options.ts';
import { withProgress } from '../terminal/progress.ts';
import { emulatorOption, isBucket, storageUri } from './storage-uri.ts';

const declared = () =>
  new Command('shards')
    .description(
      'Packs photos into training shards, on as many machines as you like: each makes the shards of its index. ' +
        'Shards that are there already are checked and kept.',
    )
    .requiredOption(
      '--data <uri>',
      'photos and their labels, in any shape that training takes: a path, gs://bucket/folder or gs://bucket/file.csv',
      storageUri,
    )
    .addOption(skipUnreadableOption())
    .requiredOption('--out <uri>', 'where the folder of shards goes: a path, or gs://bucket/prefix', storageUri)
    .addOption(
      new Option('--index <i>', 'which share of the shards, from 0; Kubernetes sets the variable')
        .env('JOB_COMPLETION_INDEX')
        .argParser(wholeNumber(0))
        .default(0),
    )
    .addOption(
      new Option('--of <n>', 'how many shares there are').env('JOB_COMPLETIONS').argParser(wholeNumber()).default(1),
    )
    .option('--seed <n>', 'of the splits and the order; as in training', wholeNumber(), 1)
    .option('--photos-per-shard <n>', 'how many photos a shard holds', wholeNumber(), PHOTOS_A_SHARD)
    .addOption(emulatorOption())
    .addHelpText(
      'after',
      `
Ends with 2 if arguments or data are wrong, so that trying again is no use, and with 1 if a disk, a bucket or the
network failed.`,
    );

/** `mushroom shards`, which is the data job's command as well: see shards.main.ts. */
export const shardsCommand = () => declared().action(shards);

/** Where the data is, and how its files are read. A bucket's objects get paths of their own, such as `/bucket/a.csv`. */
async function dataAt(uri: string, apiEndpoint: string | undefined): Promise<{ data: string; files: DataFiles }> {
  if (!isBucket(uri)) return { data: uri, files: DISK };
  const data = path.join('/', uri.slice('gs://'.length)).replace(/\/$/, '');
  const folder = data.endsWith('.csv') ? path.dirname(data) : data;
  return { data, files: await storedFiles(await openStorage(`gs:/${folder}`, { apiEndpoint }), folder) };
}

/** Photos with what tells their content: a bucket lists it, the files of a disk are read. */
function fingerprinted(photos: readonly PhotoRecord[], files: DataFiles, problems: Map<string, string>) {
  return withProgress('fingerprints', photos.length, async (show) => {
    const all: CheckedPhoto[] = [];
    for (const [done, photo] of photos.entries()) {
      try {
        all.push({ ...photo, fingerprint: await files.fingerprint(photo.file) });
      } catch (error) {
        if (error instanceof StorageError) throw error;
        problems.set(photo.file, (error as Error).message);
      }
      show(done + 1);
    }
    return all;
  });
}

async function prepare(options: OptionsOf<typeof declared>) {
  const { index, of, seed, skipUnreadable, photosPerShard: photosAShard, emulator: apiEndpoint } = options;
  if (index >= of) throw new UsageError(`--index ${index} is none of ${of}: they are counted from 0`);
  const { data, files } = await dataAt(options.data, apiEndpoint);
  const { photos: listed, root, leftOut, problems: known } = await readManifest(data, files);
  leftOutLines(leftOut).forEach((line) => console.log(line));
  const problems = new Map(known);
  const photos = await fingerprinted(listed, files, problems);
  reportUnreadable(problems, root, skipUnreadable);
  const out = await openStorage(options.out, { apiEndpoint });
  const read = async (file: string) => {
    const bytes = await files.read(file);
    readPhotoFile(bytes);
    return bytes;
  };
  return { photos: splitPhotos(photos, seed), root, read, skipUnreadable, out, seed, of, index, photosAShard };
}

/** Wrong data stay wrong however often they are read, so that a cluster must not try again; storage may recover. */
function wrongUsage(error: Error): never {
  throw new UsageError(error.message, { cause: error });
}

async function shards(options: OptionsOf<typeof declared>): Promise<void> {
  if (!isBucket(options.out)) requireWritable(options.out);
  const job = await prepare(options).catch((error: Error) => {
    if (error instanceof StorageError) throw error;
    return wrongUsage(error);
  });
  const onShard = (name: string, what: string) => console.log(`${name}: ${what}`);
  const { folder, isComplete } = await runShardJob({ ...job, onShard }).catch((error: Error) => {
    if (error instanceof UnreadableFilesError) return wrongUsage(error);
    throw error;
  });
  const state = isComplete ? 'all shards are there' : 'other indices are not done yet';
  console.log(`index ${job.index} of ${job.of}: done; ${state}: ${job.out.uri}/${folder}`);
}
