import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { POISON_HELP } from './identification-text.ts';
import { runMushroom } from './testing/run-mushroom.ts';

vi.setConfig({ testTimeout: 120_000 });

const licensed = (name: string) => fileURLToPath(new URL(`../../../data/licensed/${name}`, import.meta.url));
const FLY_AGARIC = licensed('amanita-muscaria-1.jpg');
const folder = mkdtempSync(path.join(os.tmpdir(), 'identify-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const identify = (...args: string[]) => runMushroom('identify', '--backend', 'wasm', ...args);

describe('the command that identifies', () => {
  it('tells of a fly agaric what it is, how dangerous, and what to do if it was eaten', async () => {
    const { status, stdout } = await identify(FLY_AGARIC);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^decision: identified\nmatch: Amanita muscaria, Fly Agaric, \d+\.\d %\nverdict: /);
    expect(stdout).toMatch(/verdict: (psychoactive|poisonous|deadly)\. Do not eat it\./);
    expect(stdout).toMatch(/risk that it is poisonous or deadly: .*%/);
    expect(stdout).toMatch(/look-alikes:\n {2}\w/);
    expect(/what it may be:\n((?: {2}.*\n){5})\n/.exec(stdout)?.[1]).toContain('Amanita muscaria');
    expect(stdout).toContain(POISON_HELP);
    expect(stdout).not.toMatch(/\bsafe\b|\bedible\b/i);
  });

  it('answers once for several photos, in the service’s shape where asked', async () => {
    const webp = written('two.webp', await sharp(licensed('amanita-muscaria-2.jpg')).webp().toBuffer());
    const { status, stdout } = await identify('--json', FLY_AGARIC, webp);
    expect(status).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      model: { name: 'mushroom-classifier' },
      decision: 'identified',
      match: { taxon: 'Amanita muscaria', rank: 'species' },
    });
    expect(Object.keys(answer).sort()).toEqual(
      ['candidates', 'decision', 'lookalikes', 'match', 'model', 'nextViews', 'photos', 'toxicity'].sort(),
    );
    expect(answer.photos).toHaveLength(2);
    expect(answer.candidates).toHaveLength(5);
  });

  it('runs as a command of its own, from where the person stands', () => {
    const command = fileURLToPath(new URL('../../mushroom.js', import.meta.url));
    const run = spawnSync(process.execPath, [command, 'identify', '--backend', 'wasm', FLY_AGARIC, 'nothing.jpg'], {
      encoding: 'utf8',
      timeout: 100_000,
      env: { INIT_CWD: folder },
    });
    expect(run).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `identify: ${path.join(folder, 'nothing.jpg')} is not there\n`,
    });
  });

  it.each([
    ['no photo at all', () => written('words.jpg', 'not a photo'), /words\.jpg: The file is not JPEG, PNG or WebP/],
    [
      'a picture of another kind',
      () => written('a.svg', '<svg width="99" height="99"/>'),
      /a\.svg: The file is not JPEG/,
    ],
    [
      'half a file',
      () => {
        const bytes = readFileSync(FLY_AGARIC);
        return written('half.jpg', bytes.subarray(0, bytes.length / 2));
      },
      /half\.jpg: The end of the file is missing/,
    ],
    [
      'a speck',
      async () => written('speck.png', await sharp(FLY_AGARIC).resize(8, 8).png().toBuffer()),
      /speck\.png: The photo is too small/,
    ],
    ['a folder', () => folder, /can’t be read: EISDIR/],
  ])('names the file that is %s', async (_, file, message) => {
    const { status, stderr, stdout } = await identify(FLY_AGARIC, await file());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^identify: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [[], /missing required argument 'photos'/],
    [Array<string>(6).fill(FLY_AGARIC), /5 photos of one specimen are the most/],
    [['--backend', 'abacus', FLY_AGARIC], /--backend.*Allowed choices are auto, native, wasm/],
    [['--habitat', 'wood', FLY_AGARIC], /unknown option '--habitat'/],
  ])('refuses what can’t be meant: %j', async (args, message) => {
    const { status, stderr } = await identify(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await identify('--help');
    expect(status).toBe(0);
    for (const option of ['photos', '--bundle', '--backend', '--json']) expect(stdout).toContain(option);
  });
});
