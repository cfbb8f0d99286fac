import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLeaderboard } from '@mushroom/recognition/bundle/experiment';
import { LEADERBOARD_FILE, leaderboardOf, recordExperiment } from './experiment-record.ts';

const KEPT = fileURLToPath(new URL('../../../experiments', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'experiments-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the leaderboard', () => {
  it('is what the records of the project say, the served model among them', async () => {
    const kept = await leaderboardOf(KEPT);
    expect(kept.experiments.map(({ name, version }) => `${name}/${version}`)).toContain('mushroom-classifier/3');
    expect(await readLeaderboard(path.join(KEPT, LEADERBOARD_FILE))).toEqual(kept);
  });

  it('has a run as soon as it is recorded, in its place by val', async () => {
    const [first, ...others] = (await leaderboardOf(KEPT)).experiments;
    await recordExperiment(folder, others[0]!);
    const record = await recordExperiment(folder, first!);
    expect(path.relative(folder, record)).toBe(`2026-11-${first!.name}-${first!.version}/record.json`);
    expect(JSON.parse(await readFile(record, 'utf8'))).toEqual(first);
    expect((await readLeaderboard(path.join(folder, LEADERBOARD_FILE))).experiments).toEqual([first, others[0]]);
  });

  it('is empty where there is no folder', async () => {
    expect(await leaderboardOf(path.join(folder, 'nowhere'))).toEqual({ experiments: [] });
  });

  it('names the record that is none, and the file that is no leaderboard', async () => {
    await mkdir(path.join(folder, 'broken'));
    await writeFile(path.join(folder, 'broken/record.json'), '{"name": 1}');
    await expect(leaderboardOf(folder)).rejects.toThrow(/broken\/record\.json is no experiment/);
    await expect(readLeaderboard(path.join(folder, 'nowhere.json'))).rejects.toThrow(/nowhere\.json is no leaderboard/);
  });
});
