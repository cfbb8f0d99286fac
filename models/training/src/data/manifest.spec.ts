import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftOutLines } from './left-out.ts';
import { manifestSha256, NOT_A_MUSHROOM, readManifest } from './manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files by path inside the temporary folder; what is in a photo does not matter to a manifest. */
async function write(files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

const at = (...parts: string[]) => path.join(folder, ...parts);

describe("somebody's own CSV", () => {
  it('needs a path and a label for each photo, the path relative to the CSV', async () => {
    await write({ 'mine.csv': 'path,label\na.jpg,Boletus edulis\nsub/b.png,Amanita\n', 'a.jpg': '', 'sub/b.png': '' });
    const { photos } = await readManifest(at('mine.csv'));
    expect(photos).toEqual([
      { file: at('a.jpg'), label: 'Boletus edulis', source: 'mine', split: undefined, group: null },
      { file: at('sub/b.png'), label: 'Amanita', source: 'mine', split: undefined, group: null },
    ]);
  });

  it('may name a source, a split and the group of near-duplicates', async () => {
    await write({
      'mine.csv':
        'label,path,split,source,dup_group,remark\nBoletus edulis,a.jpg,field,club,g7,"damp, ""old"""\nAmanita,b.jpg,,,,\n',
      'a.jpg': '',
      'b.jpg': '',
    });
    const { photos } = await readManifest(at('mine.csv'));
    expect(photos[0]).toMatchObject({ source: 'club', split: 'field', group: 'g7' });
    expect(photos[1]).toMatchObject({ source: 'mine', split: undefined, group: null });
  });

  it("may come from a spreadsheet: byte order mark, Windows' line ends, empty lines, padded cells", async () => {
    await write({ 'mine.csv': '\uFEFFpath,label\r\n a.jpg , Boletus edulis \r\n\r\n', 'a.jpg': '' });
    const { photos } = await readManifest(at('mine.csv'));
    expect(photos).toHaveLength(1);
    expect(photos[0]).toMatchObject({ file: at('a.jpg'), label: 'Boletus edulis' });
  });
});

describe('a folder with labels.csv', () => {
  const labels = 'path,label,source,split,dup_group,width,height\nimages/a.jpg,Boletus edulis,s,train,1,320,200\n';

  it('is read, in the folder itself or in its "mushrooms" folder', async () => {
    await write({ 'labels.csv': labels, 'images/a.jpg': '' });
    await write({ 'data/mushrooms/labels.csv': labels, 'data/mushrooms/images/a.jpg': '' });
    expect((await readManifest(folder)).photos[0]?.file).toBe(at('images/a.jpg'));
    expect((await readManifest(at('data'))).photos[0]?.file).toBe(at('data/mushrooms/images/a.jpg'));
  });

  it('takes negatives.csv beside it as photos of no mushroom, whatever they are labelled', async () => {
    await write({
      'labels.csv': labels,
      'negatives.csv': 'path,label,source,split,dup_group\nimages/n.jpg,teapot,imagenet,val,\n',
      'images/a.jpg': '',
      'images/n.jpg': '',
    });
    const { photos } = await readManifest(folder);
    expect(photos.map(({ label, split }) => [label, split])).toEqual([
      ['Boletus edulis', 'train'],
      [NOT_A_MUSHROOM, 'val'],
    ]);
  });

  it('takes reference.csv beside it as photos to train on that nobody checked', async () => {
    await write({
      'labels.csv': labels,
      'reference.csv': 'path,label,source\nimages/r.jpg,Boletus regius,a-collection\n',
      'images/a.jpg': '',
      'images/r.jpg': '',
    });
    const { photos } = await readManifest(folder);
    expect(photos.map(({ label, split, reference }) => [label, split, reference])).toEqual([
      ['Boletus edulis', 'train', undefined],
      ['Boletus regius', 'train', true],
    ]);
  });
});

describe('a folder of folders', () => {
  it('takes the folders’ names as labels, and tells what is no photo', async () => {
    await write({
      'Boletus_edulis/2.JPG': '',
      'Boletus_edulis/1.webp': '',
      'Boletus_edulis/notes.txt': '',
      'Amanita/1.png': '',
      'not-a-mushroom/1.jpeg': '',
      'readme.md': '',
    });
    const { photos, leftOut } = await readManifest(folder);
    expect(leftOutLines(leftOut)).toEqual([
      'left out, ending in .md, where JPEG, PNG or WebP is taken: 1 (readme.md)',
      'left out, ending in .txt, where JPEG, PNG or WebP is taken: 1 (Boletus_edulis/notes.txt)',
    ]);
    expect(photos.map(({ file, label }) => [path.relative(folder, file), label])).toEqual([
      ['Amanita/1.png', 'Amanita'],
      ['Boletus_edulis/1.webp', 'Boletus edulis'],
      ['Boletus_edulis/2.JPG', 'Boletus edulis'],
      ['not-a-mushroom/1.jpeg', NOT_A_MUSHROOM],
    ]);
    expect(photos.every(({ split, group }) => split === undefined && group === null)).toBe(true);
  });
});

describe('the hash of a manifest', () => {
  const csv = 'path,label,split\na.jpg,Boletus edulis,train\n';
  const hashOf = async (files: Record<string, string>, data = 'mine.csv') => {
    await write(files);
    return manifestSha256(await readManifest(at(data)));
  };

  it('is the same for the same data elsewhere', async () => {
    const here = await hashOf({ 'x/mine.csv': csv, 'x/a.jpg': '' }, 'x/mine.csv');
    const there = await hashOf({ 'y/z/mine.csv': csv, 'y/z/a.jpg': '' }, 'y/z/mine.csv');
    expect(here).toMatch(/^[0-9a-f]{64}$/);
    expect(there).toBe(here);
  });

  it('changes with a label, a split, a photo more', async () => {
    const hashes = [
      await hashOf({ 'mine.csv': csv, 'a.jpg': '', 'b.jpg': '' }),
      await hashOf({ 'mine.csv': csv.replace('edulis', 'aereus') }),
      await hashOf({ 'mine.csv': csv.replace('train', 'val') }),
      await hashOf({ 'mine.csv': `${csv}b.jpg,Boletus edulis,train\n` }),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('data that cannot be read', () => {
  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a path that does not exist', {}, 'nowhere', /nowhere: no such file or folder/],
    ['a file that is no CSV', { 'a.jpg': '' }, 'a.jpg', /a\.jpg: .*CSV/],
    ['an empty folder', {}, '.', /no labelled photos found/],
    ['a CSV without rows', { 'm.csv': 'path,label\n' }, 'm.csv', /m\.csv: no labelled photos found/],
    [
      'a CSV without the columns',
      { 'm.csv': 'file,name\na.jpg,x\n' },
      'm.csv',
      /m\.csv, line 2: the columns "path" and "label"/,
    ],
    ['a row without a label', { 'm.csv': 'path,label\na.jpg,x\nb.jpg,\n' }, 'm.csv', /m\.csv, line 3: the columns/],
    ['a row without a path', { 'm.csv': 'path,label\n,x\n' }, 'm.csv', /m\.csv, line 2: the columns/],
    [
      'a split of its own',
      { 'm.csv': 'path,label,split\na.jpg,x,test\n' },
      'm.csv',
      /m\.csv, line 2: "test" is no split \(train, tune, val, field\)/,
    ],
    ['a row with a column too many', { 'm.csv': 'path,label\na.jpg,x\nb.jpg,y,z\n' }, 'm.csv', /m\.csv.*line 3/],
    [
      'photos that are all one level too deep',
      { 'train/Amanita/1.jpg': '', 'val/Amanita/2.jpg': '' },
      '.',
      /no labelled photos found.*\nleft out, photos too deep.*: 2 \(train\/Amanita\/1\.jpg, val\/Amanita\/2\.jpg\)/,
    ],
  ])('says so: %s', async (_, files, data, message) => {
    await write(files);
    await expect(readManifest(at(data))).rejects.toThrow(message);
  });
});

it('tells of photos that are named and not there', async () => {
  await write({ 'm.csv': 'path,label\na.jpg,x\ngone.jpg,x\nlost.jpg,x\n', 'a.jpg': '' });
  const { photos, problems } = await readManifest(at('m.csv'));
  expect(photos.map(({ file }) => file)).toEqual([at('a.jpg')]);
  expect([...problems.keys()]).toEqual([at('gone.jpg'), at('lost.jpg')]);
});
