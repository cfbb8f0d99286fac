import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { writeTinyBundle } from '../pack/testing/tiny-bundle.ts';
import { runMushroom } from './testing/run-mushroom.ts';

vi.setConfig({ testTimeout: 120_000 });

const registry = mkdtempSync(path.join(os.tmpdir(), 'evaluate-'));
afterAll(() => rmSync(registry, { recursive: true }));
const tiny = await writeTinyBundle(registry, '1');
const bundle = (name: string) => fileURLToPath(new URL(`../../../registry/${name}`, import.meta.url));
const student = bundle('mushroom-student/1');

const evaluate = (...args: string[]) => runMushroom('evaluate', ...args);

describe('the command that judges a bundle', () => {
  it.each([
    [['--bundle', '/nowhere'], /evaluate: .*bundle\.json is missing/],
    [['--data', '/nowhere'], /evaluate: .*nowhere/],
    [['--with', tiny], /evaluate: .*tiny-classifier\/1 has other classes/],
    [['--occlusion', '--bundle', '/nowhere'], /evaluate: .*bundle\.json is missing/],
  ])('says in a sentence what is wrong with %j', async (args, message) => {
    const { status, stderr } = await evaluate(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [['--backend', 'abacus'], /Allowed choices are auto, native, wasm/],
    [['--split', 'train', '--occlusion'], /Allowed choices are val, field/],
    [['--limit', '0', '--occlusion'], /'--limit <n>'.*whole number from 1/],
    [['--random', 'many', '--occlusion'], /'--random <n>'.*whole number from 1/],
    [['--split', 'val'], /evaluate: --split needs --occlusion/],
    [['--limit', '3'], /evaluate: --limit needs --occlusion/],
    [['--random', '8'], /evaluate: --random needs --occlusion/],
    [['--record'], /evaluate: --record needs --occlusion/],
    [['--occlusion', '--with', student], /evaluate: --occlusion judges one bundle/],
    [['--colour'], /unknown option '--colour'/],
  ])('refuses what can’t be meant: %j', async (args, message) => {
    const { status, stderr } = await evaluate(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('tells what it can be told', async () => {
    const { status, stdout } = await evaluate('--help');
    expect(status).toBe(0);
    for (const option of [
      'bundle',
      'data',
      'with',
      'backend',
      'out',
      'occlusion',
      'split',
      'limit',
      'random',
      'record',
    ])
      expect(stdout).toContain(`--${option}`);
  });

  it('judges photos by several bundles together, and compares them with nothing that one alone states', async () => {
    const command = fileURLToPath(new URL('../../mushroom.js', import.meta.url));
    const data = ['--data', someShippedPhotos()];
    const alone = spawnSync(process.execPath, [command, 'evaluate', '--bundle', student, ...data], {
      encoding: 'utf8',
      timeout: 100_000,
    });
    const out = path.join(registry, 'together.json');
    const together = await evaluate(
      ...['--bundle', student, '--with', bundle('mushroom-classifier/3'), '--out', out, ...data],
    );
    for (const { status, stdout } of [alone, together]) {
      expect(status).toBe(0);
      expect(stdout).toMatch(/top-1, known species/);
    }
    const rightOf = (stdout: string) => Number(/top-1, known species .*?(\d+) of \d+\)/.exec(stdout)![1]);
    expect(rightOf(together.stdout)).toBeGreaterThan(rightOf(alone.stdout));
    expect(alone.stdout).toContain('bundle says');
    expect(together.stdout).not.toContain('bundle says');
    expect(existsSync(out)).toBe(true);
  });

  it('tests where the model says it looked, and writes the figures, into the bundle as well where asked', async () => {
    const copy = path.join(registry, 'mushroom-student/1');
    cpSync(student, copy, { recursive: true });
    const { status, stdout, figures } = await occlusion('9', '--bundle', copy, '--record');
    expect(status).toBe(0);
    expect(stdout).toMatch(/costs more than a random one: 83\.3 % \(5 of 6; .*\); bound: 80\.0 %/);
    expect(figures).toMatchObject({ split: 'val', tried: 9, randomPlaces: 3, hotCostsMore: { count: 5, of: 6 } });
    const stated = JSON.parse(readFileSync(path.join(copy, 'evaluation.json'), 'utf8'));
    expect(stated.occlusion).toMatchObject({ tried: 9, hotCostsMore: { count: 5, of: 6 } });
  });

  it('fails where hiding what it looked at costs no more often enough, with the figures written all the same', async () => {
    const { status, stderr, figures } = await occlusion('3', '--bundle', student);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^evaluate: hiding the hot region .* on 50\.0 % \(1 of 2; .*\) of the photos, and must on 80/m,
    );
    expect(figures).toMatchObject({ tried: 3, hotCostsMore: { count: 1, of: 2 } });
  });
});

/** A table of every sixth of the shipped photos. */
function someShippedPhotos(): string {
  const photos = fileURLToPath(new URL('../../../data/licensed', import.meta.url));
  const rows = readdirSync(photos)
    .filter((_, place) => place % 6 === 0)
    .map((file) => `${path.join(photos, file)},${speciesOf(file)},val`);
  const table = path.join(registry, 'some.csv');
  writeFileSync(table, ['path,label,split', ...rows, ''].join('\n'));
  return table;
}

/** The species in the name of a shipped photo, such as `amanita-muscaria-1.jpg`. */
function speciesOf(file: string): string {
  const [genus, ...epithets] = file.replace(/-\d+\.jpg$/, '').split('-');
  return [genus![0]!.toUpperCase() + genus!.slice(1), ...epithets].join(' ');
}

async function occlusion(limit: string, ...args: string[]) {
  const out = path.join(registry, `occlusion-${limit}.json`);
  const fixed = ['--occlusion', '--backend', 'wasm', '--random', '3', '--limit', limit, '--out', out];
  const run = await evaluate(...fixed, ...args);
  return { ...run, figures: JSON.parse(readFileSync(out, 'utf8')) };
}
