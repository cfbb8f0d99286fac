import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMaskReviews, readSpecimenMasks } from './specimen-masks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'masks-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeData(rows: string, root = folder) {
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, 'segmentation.csv'), `image,mask,label\n${rows}`);
  for (const name of ['a.jpg', 'a.png', 'b.jpg', 'b.png']) await writeFile(path.join(root, name), '');
}

describe('photos with masks', () => {
  it('come with what somebody said of the mask; one that nobody looked at counts as right', async () => {
    await writeData('a.jpg,a.png,Amanita muscaria\nb.jpg,b.png,Boletus edulis\n');
    const masks = await readSpecimenMasks(folder, new Map([['a.jpg', { verdict: 'wrong' }]]));
    expect(masks.map(({ path: name, label, verdict }) => [name, label, verdict])).toEqual([
      ['a.jpg', 'Amanita muscaria', 'wrong'],
      ['b.jpg', 'Boletus edulis', 'right'],
    ]);
    expect(masks[0]).toMatchObject({ photoFile: path.join(folder, 'a.jpg'), maskFile: path.join(folder, 'a.png') });
  });

  it('are found in the mushrooms folder of the data, too', async () => {
    await writeData('a.jpg,a.png,Amanita muscaria\n', path.join(folder, 'mushrooms'));
    expect(await readSpecimenMasks(folder, new Map())).toHaveLength(1);
  });

  it('are asked for by a sentence where the data has none', async () => {
    await expect(readSpecimenMasks(folder, new Map())).rejects.toThrow(
      /has no segmentation\.csv\. Outlines are learned from photos with masks: give --data/,
    );
  });

  it.each([
    ['a column is empty', 'a.jpg,,Amanita muscaria\n', /line 2: the columns image, mask and label/],
    ['a label is missing', 'a.jpg,a.png,Amanita\nb.jpg,b.png,\n', /line 3: the columns image, mask and label/],
  ])('are refused by line where %s', async (_, rows, message) => {
    await writeData(rows);
    await expect(readSpecimenMasks(folder, new Map())).rejects.toThrow(message);
  });
});

describe('what was said of masks', () => {
  it('is read by path', async () => {
    const file = path.join(folder, 'verdicts.csv');
    await writeFile(
      file,
      'path,verdict,reason,redrawn\na.jpg,partial,"a cap, no stem","10,20 80,20 50,90"\nb.jpg,right,,\n',
    );
    expect([...(await readMaskReviews(file))]).toEqual([
      ['a.jpg', { verdict: 'partial', redrawn: '10,20 80,20 50,90' }],
      ['b.jpg', { verdict: 'right' }],
    ]);
  });

  it('is refused by line where what was drawn is no polygon', async () => {
    const file = path.join(folder, 'verdicts.csv');
    await writeFile(file, 'path,verdict,reason,redrawn\na.jpg,wrong,a hand,<svg>\n');
    await expect(readMaskReviews(file)).rejects.toThrow(/line 2: "redrawn" is no polygon/);
  });

  it('is refused by line where it is no verdict', async () => {
    const file = path.join(folder, 'verdicts.csv');
    await writeFile(file, 'path,verdict,reason\na.jpg,fine,\n');
    await expect(readMaskReviews(file)).rejects.toThrow(/line 2: a path and a verdict \(right, partial, wrong\)/);
  });

  it('gives a reason for every mask of ours that is not used', async () => {
    const text = await readFile(new URL('../../../data/segmentation-masks.csv', import.meta.url), 'utf8');
    const rows = text.trim().split('\n').slice(1);
    expect(rows).toHaveLength(114);
    for (const row of rows) expect(row).toMatch(/,right,[^,]*,$|,(partial|wrong),[^,]/);
  });
});
