import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeTinyBackbone } from '../network/testing/tiny-backbone.ts';
import { startCpu } from '../network/training-backend.ts';
import { runMushroom } from './testing/run-mushroom.ts';

vi.setConfig({ testTimeout: 110_000 });

const MODELS = fileURLToPath(new URL('../../..', import.meta.url));
const STUDENT = path.join(MODELS, 'registry/mushroom-student/1');
const MUSHROOM = fileURLToPath(new URL('../../mushroom.js', import.meta.url));

let folder: string;
let backbone: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unreadable-'));
  for (const name of ['amanita-muscaria-1.jpg', 'boletus-edulis-1.jpg', 'amanita-muscaria-2.jpg'])
    copyFileSync(path.join(MODELS, 'data/licensed', name), path.join(folder, name));
  // As folders and drives have them: a page in the place of a photo, an empty file, a folder, a link to nowhere.
  writeFileSync(path.join(folder, 'page.jpg'), '<html>404</html>');
  writeFileSync(path.join(folder, 'empty.jpg'), '');
  mkdirSync(path.join(folder, 'folder.jpg'));
  symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'link.jpg'));
  const rows = (file: string, label: string, split: string, times = 1) =>
    Array.from({ length: times }, () => `${file},${label},${split}`);
  const photos = [
    ...rows('amanita-muscaria-1.jpg', 'Amanita muscaria', 'train', 10),
    ...rows('boletus-edulis-1.jpg', 'Boletus edulis', 'train', 10),
    ...rows('amanita-muscaria-2.jpg', 'Amanita muscaria', 'val'),
    ...['page.jpg', 'folder.jpg'].flatMap((file) => rows(file, 'Amanita muscaria', 'train')),
    ...rows('link.jpg', 'Boletus edulis', 'val'),
    ...rows('empty.jpg', 'Boletus edulis', 'field'),
  ];
  writeFileSync(path.join(folder, 'photos.csv'), ['path,label,split', ...photos, ''].join('\n'));
  const masks = ['amanita-muscaria-1', 'page', 'empty', 'folder', 'link'].map(
    (name) => `${name}.jpg,${name}.jpg,Boletus`,
  );
  writeFileSync(path.join(folder, 'segmentation.csv'), ['image,mask,label', ...masks, ''].join('\n'));
  await startCpu();
  backbone = await writeTinyBackbone(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS: Record<string, (data: string, registry: string) => string[]> = {
  train: (data, registry) => ['--data', data, '--registry', registry, '--backbone', backbone, '--backend', 'cpu'],
  evaluate: (data) => ['--data', data, '--bundle', STUDENT, '--backend', 'wasm'],
  'evaluate --occlusion': (data) => ['--data', data, '--bundle', STUDENT, '--backend', 'wasm'],
  recalibrate: (data, registry) => ['--data', data, '--bundle', STUDENT, '--version', '9', '--registry', registry],
  quantise: (data, registry) => ['--data', data, '--bundle', STUDENT, '--registry', registry],
  blend: (data) => ['--data', data],
  clean: (data, out) => ['--data', data, '--out', path.join(out, 'a.csv'), '--report', out],
  shards: (data, out) => ['--data', data, '--out', out],
  'segment train': (data, out) => ['--data', path.dirname(data), '--model', path.join(out, 'a/1'), '--backend', 'cpu'],
  'segment evaluate': (data) => ['--data', path.dirname(data), '--backend', 'wasm'],
};

const NAMES = ['page.jpg', 'empty.jpg', 'folder.jpg', 'link.jpg'];

describe.each(Object.keys(COMMANDS))('%s', (command) => {
  const args = () => [
    ...command.split(' '),
    ...COMMANDS[command]!(path.join(folder, 'photos.csv'), path.join(folder, 'out')),
  ];

  it('names all files that can’t be used at once, before anything is computed', async () => {
    const { status, stdout, stderr } = await runMushroom(...args());
    expect(status).toBe(command === 'shards' ? 2 : 1);
    expect(stderr).toMatch(/^\w+: \d files? of the data can’t be used; mend .*--skip-unreadable:\n/);
    for (const name of NAMES) expect(stderr).toContain(`\n  ${name}: `);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).not.toMatch(/masks:|shards:|photos:/);
  });

  it('tells how to go on without them', async () => {
    const { stdout } = await runMushroom(...command.split(' '), '--help');
    expect(stdout).toContain('--skip-unreadable');
  });
});

describe('training', () => {
  const args = () => ['train', ...COMMANDS.train!(path.join(folder, 'photos.csv'), path.join(folder, 'out'))];

  it('ends with 1, as a process, if there are such files', () => {
    const { status, stderr } = spawnSync(process.execPath, [MUSHROOM, ...args()], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toMatch(/^train: 4 files of the data/m);
    expect(status).toBe(1);
  });

  it('goes on without them', async () => {
    const experiments = ['--experiments', path.join(folder, 'experiments'), '--epochs', '2'];
    const { status, stdout, stderr } = await runMushroom(...args(), ...experiments, '--skip-unreadable');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/left out by --skip-unreadable: 4 files.*photos: 20 train, 0 tune, 1 val, 0 field/s);
  });
});
