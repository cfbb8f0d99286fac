import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TINY_FACTS } from '@mushroom/recognition/bundle/testing/tiny-facts';
import { isTrainedOn, readPhotos } from './read-photos.ts';
import { UnreadableFilesError } from './unreadable-files.ts';

const LICENSED = new URL('../../../data/licensed/', import.meta.url);

let folder: string;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'read-photos-'));
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function put(label: string, ...names: string[]) {
  await mkdir(path.join(folder, label), { recursive: true });
  for (const name of names) await copyFile(new URL(name, LICENSED), path.join(folder, label, name));
}

const read = (how: Parameters<typeof readPhotos>[1] = {}) =>
  readPhotos(folder, { cache: path.join(folder, '.cache'), ...how });
const namesOf = ({ photos }: Awaited<ReturnType<typeof read>>) => photos.map(({ file }) => path.basename(file));

describe('labelled photos', () => {
  beforeEach(async () => {
    await put('Amanita_muscaria', 'amanita-muscaria-1.jpg', 'amanita-muscaria-2.jpg');
    await put('Boletus_edulis', 'boletus-edulis-1.jpg');
  });

  const spoil = async () => {
    await writeFile(path.join(folder, 'Amanita_muscaria/empty.jpg'), '');
    await writeFile(path.join(folder, 'Amanita_muscaria/._1.jpg'), 'Mac OS X');
    await writeFile(path.join(folder, 'Boletus_edulis/page.jpg'), '<html>');
  };

  it('are refused if files are none, all of which are named at once', async () => {
    await spoil();
    const reading = read();
    await expect(reading).rejects.toThrow(UnreadableFilesError);
    const { message } = (await reading.catch((error: Error) => error)) as Error;
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^3 files of the data can’t be used; mend .* --skip-unreadable:$/),
      expect.stringMatching(/^ {2}Amanita_muscaria\/\._1\.jpg: A dot before a name/),
      '  Amanita_muscaria/empty.jpg: The file is empty.',
      '  Boletus_edulis/page.jpg: The file is not JPEG, PNG or WebP, whatever its name says.',
    ]);
  });

  it('come without those files if that is asked for, which are named all the same', async () => {
    const { table: _, ...clean } = await read();
    await spoil();
    // Just as if the files were not there.
    expect(await read({ skipUnreadable: true })).toMatchObject(clean);
    expect(said.join('\n')).toMatch(/left out by --skip-unreadable: 3 files.*\._1\.jpg.*empty\.jpg.*page\.jpg/s);
  });

  it('are refused if no file is left', async () => {
    for (const name of ['amanita-muscaria-1.jpg', 'amanita-muscaria-2.jpg'])
      await writeFile(path.join(folder, 'Amanita_muscaria', name), '');
    await writeFile(path.join(folder, 'Boletus_edulis/boletus-edulis-1.jpg'), '');
    await expect(read({ skipUnreadable: true })).rejects.toThrow(`${folder}: no photo is left`);
  });

  it('tell which were cut off a little, and are used', async () => {
    const whole = await sharp(fileURLToPath(new URL('amanita-muscaria-3.jpg', LICENSED)))
      .jpeg()
      .toBuffer();
    await writeFile(path.join(folder, 'Amanita_muscaria/cut.jpg'), whole.subarray(0, whole.length * 0.99));
    expect(namesOf(await read())).toContain('cut.jpg');
    expect(said).toContain('used, though up to 5 % of their rows are missing at the end: 1 (Amanita_muscaria/cut.jpg)');
  });

  it('are refused for labels that the species table lacks, before a file is read', async () => {
    await spoil();
    await put('Amanita_imaginaria', 'amanita-muscaria-3.jpg', 'amanita-verna-3.jpg');
    await put('misc', 'amanita-muscaria-3.jpg');
    await expect(read()).rejects.toThrow(
      'the species table has no "Amanita imaginaria" (photos: 2), "misc" (photos: 1); add a row for each, with its sources',
    );
  });

  it('are refused for what else is needed of them before a file is read', async () => {
    await spoil();
    const check = () => {
      throw new Error('they are too few');
    };
    await expect(read({ check })).rejects.toThrow('they are too few');
  });

  it('are those that a bundle was trained on only if the files are, too', async () => {
    const data = await read();
    const { sha256, contentSha256 } = data;
    const bundle = (trainingData: object) => ({
      provenance: {
        ...TINY_FACTS.provenance,
        trainingData: { ...TINY_FACTS.provenance.trainingData, ...trainingData },
      },
    });
    const ofBefore = bundle({ sha256 });
    expect(isTrainedOn(bundle({ sha256, contentSha256 }), data)).toBe(true);
    expect(isTrainedOn(ofBefore, data)).toBe(true);
    await copyFile(new URL('boletus-edulis-2.jpg', LICENSED), path.join(folder, 'Boletus_edulis/boletus-edulis-1.jpg'));
    const replaced = await read();
    expect(isTrainedOn(bundle({ sha256, contentSha256 }), replaced)).toBe(false);
    expect(isTrainedOn(ofBefore, replaced)).toBe(true);
  });
});

describe('photos in a CSV', () => {
  it('that are not there are named, all at once and with those that can’t be read', async () => {
    await copyFile(new URL('boletus-edulis-1.jpg', LICENSED), path.join(folder, 'a.jpg'));
    await writeFile(path.join(folder, 'b.jpg'), 'no photo');
    const rows = ['a', 'b', 'c', 'd'].map((name) => `${name}.jpg,Boletus edulis`);
    await writeFile(path.join(folder, 'mine.csv'), ['path,label', ...rows, ''].join('\n'));
    const data = path.join(folder, 'mine.csv');
    await expect(readPhotos(data, { cache: path.join(folder, 'cache') })).rejects.toThrow(
      /^3 files of .*\n {2}b\.jpg: The file is not JPEG.*\n {2}c\.jpg: It is not there\.\n {2}d\.jpg: /,
    );
    expect(namesOf(await readPhotos(data, { cache: path.join(folder, 'cache'), skipUnreadable: true }))).toEqual([
      'a.jpg',
    ]);
  });
});
