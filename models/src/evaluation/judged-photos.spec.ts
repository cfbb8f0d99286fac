import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgedPhotos } from './judged-photos.ts';

const LICENSED = fileURLToPath(new URL('../../licensed/', import.meta.url));

let folder: string;
const dataOf = async (rows: readonly string[]) => {
  const csv = path.join(folder, 'photos.csv');
  await writeFile(csv, ['path,label,split', ...rows].join('\n'));
  return csv;
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'judged-photos-'));
  await copyFile(path.join(LICENSED, 'amanita-muscaria-1.jpg'), path.join(folder, 'fly-agaric.jpg'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the photos that measurements rest on', () => {
  it('are those of val and of field, by the newest bundle, and none that it learnt from', async () => {
    const data = await dataOf([
      'fly-agaric.jpg,Amanita muscaria,train',
      'fly-agaric.jpg,Amanita muscaria,field',
      'fly-agaric.jpg,Amanita,val',
    ]);
    const { bundle, sets } = await judgedPhotos(data, undefined, path.join(folder, 'logits'));
    expect(sets.val.map(({ label }) => label)).toEqual(['Amanita']);
    expect(sets.field.map(({ label }) => label)).toEqual(['Amanita muscaria']);
    expect(sets.shift).toEqual([]);
    expect(sets.val[0]!.logits).toHaveLength(bundle.labels.length);
  }, 60_000);

  it('are asked for where there are none', async () => {
    const data = await dataOf(['fly-agaric.jpg,Amanita muscaria,train']);
    await expect(judgedPhotos(data, undefined, folder)).rejects.toThrow('no photos of val or field');
  }, 60_000);

  it('need a bundle that can be trusted', async () => {
    const data = await dataOf(['fly-agaric.jpg,Amanita muscaria,val']);
    await expect(judgedPhotos(data, folder, folder)).rejects.toThrow('bundle.json is missing');
  });
});
