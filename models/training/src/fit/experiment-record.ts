import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { jsonText, writeWhole } from '../data/write-whole.ts';
import { experimentSchema, type Experiment, type Leaderboard } from '@mushroom/recognition/bundle/experiment';

export const RECORD_FILE = 'record.json';
export const LEADERBOARD_FILE = 'leaderboard.json';

/**
 * The experiments that a folder holds, a folder with a `record.json` each, best on `val` first; none where there is no
 * folder.
 * @throws Error naming the record that is none.
 */
export async function leaderboardOf(directory: string): Promise<Leaderboard> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const experiments: Experiment[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory()).sort((a, b) => a.name.localeCompare(b.name))) {
    const file = path.join(directory, name, RECORD_FILE);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    // What is run again may have no record: it makes no bundle.
    if (text === undefined) continue;
    try {
      experiments.push(experimentSchema.parse(JSON.parse(text)));
    } catch (error) {
      throw new Error(`${file} is no experiment: ${(error as Error).message}`, { cause: error });
    }
  }
  experiments.sort((a, b) => (b.figures.valTop1 ?? -1) - (a.figures.valTop1 ?? -1));
  return { experiments };
}

/**
 * Records a run in a folder of its own, and writes the leaderboard of all runs again, which the service reads.
 * @param directory the folder of all experiments.
 * @returns the record's file.
 */
export async function recordExperiment(directory: string, experiment: Experiment): Promise<string> {
  const month = experiment.created.slice(0, 'yyyy-mm'.length);
  const record = path.join(directory, `${month}-${experiment.name}-${experiment.version}`, RECORD_FILE);
  await writeWhole(record, jsonText(experiment, 2));
  await writeWhole(path.join(directory, LEADERBOARD_FILE), jsonText(await leaderboardOf(directory), 0));
  return record;
}
