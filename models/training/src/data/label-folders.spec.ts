import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DISK } from './data-files.ts';
import { readLabelFolders } from './label-folders.ts';
import { leftOutLines } from './left-out.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'label-folders-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...parts: string[]) => path.join(folder, 'photos', ...parts);

/** Empty files: what is in them does not matter to a list. */
async function write(...names: string[]) {
  for (const name of names) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), '');
  }
}

async function read(files = DISK) {
  const { photos, leftOut, problems } = await readLabelFolders(at(), files);
  return {
    photos: photos.map(({ file }) => path.relative(at(), file)),
    lines: leftOutLines(leftOut),
    problems: [...problems].map(([place, why]) => `${path.relative(at(), place)}: ${why}`),
  };
}

describe('a folder with a folder for each label', () => {
  it('has the photos of them, in the order of their names, whatever case their ending has', async () => {
    await write('b/2.JPG', 'b/1.webp', 'a/1.png', 'a/2.jpeg', 'a/3.jfif', 'a/4.JPE');
    expect(await read()).toEqual({
      photos: ['a/1.png', 'a/2.jpeg', 'a/3.jfif', 'a/4.JPE', 'b/1.webp', 'b/2.JPG'],
      lines: [],
      problems: [],
    });
  });

  it('has those behind links as well: of a folder, and of a photo', async () => {
    await write('a/1.jpg');
    await mkdir(path.join(folder, 'elsewhere'));
    await writeFile(path.join(folder, 'elsewhere/2.jpg'), '');
    await symlink(path.join(folder, 'elsewhere'), at('b'));
    await symlink(path.join(folder, 'elsewhere/2.jpg'), at('a/3.jpg'));
    expect(await read()).toEqual({ photos: ['a/1.jpg', 'a/3.jpg', 'b/2.jpg'], lines: [], problems: [] });
  });

  it.each<[string, string[], string[]]>([
    [
      'photos of other kinds, and what is none, by their endings',
      ['a/1.heic', 'a/2.HEIC', 'a/3.heic', 'a/4.heic', 'a/notes.txt', 'a/IMG_1', 'readme.md'],
      [
        'left out, ending in .md, where JPEG, PNG or WebP is taken: 1 (readme.md)',
        'left out, without an ending, where JPEG, PNG or WebP is taken: 1 (a/IMG_1)',
        'left out, ending in .heic, where JPEG, PNG or WebP is taken: 4 (a/1.heic, a/2.HEIC, a/3.heic and 1 more)',
        'left out, ending in .txt, where JPEG, PNG or WebP is taken: 1 (a/notes.txt)',
      ],
    ],
    [
      'photos beside the folders',
      ['1.jpg', '2.png'],
      ['left out, photos beside the folders of the labels, so without a label: 2 (1.jpg, 2.png)'],
    ],
    [
      'photos one level too deep, or more',
      ['a/2019/1.jpg', 'a/2019/may/2.jpg', 'train/a/3.jpg'],
      [
        'left out, photos too deep, in a folder inside that of a label: 3 (a/2019/1.jpg, a/2019/may/2.jpg, train/a/3.jpg)',
        'left out, folders that have no photo: 1 (train)',
      ],
    ],
    [
      'what is hidden, and folders without a photo: a Mac’s archive has both',
      ['.thumbnails/1.jpg', '.DS_Store', 'a/.cache/1.jpg', '__MACOSX/a/._1.jpg', 'empty/.gitkeep'],
      [
        'left out, hidden by a dot before the name: 4 (.DS_Store, .thumbnails, a/.cache and 1 more)',
        'left out, folders inside that of a label: 1 (__MACOSX/a)',
        'left out, folders that have no photo: 2 (__MACOSX, empty)',
      ],
    ],
  ])('tells how many are left out of %s', async (_, names, lines) => {
    await write('a/photo.jpg', ...names);
    const told = await read();
    expect(told.photos).toEqual(['a/photo.jpg']);
    expect(told.lines.sort()).toEqual([...lines].sort());
    expect(told.problems).toEqual([]);
  });

  it('leaves out pipes, which nobody can read to an end, and links that lead back up', async () => {
    await write('a/1.jpg');
    execFileSync('mkfifo', [at('a/2.jpg')]);
    await symlink(at(), at('a/up'));
    expect(await read()).toEqual({
      photos: ['a/1.jpg'],
      lines: [
        'left out, neither a file nor a folder: 1 (a/2.jpg)',
        'left out, folders inside that of a label: 1 (a/up)',
      ],
      problems: [],
    });
  });

  it('has problems where something cannot be a photo or a folder though it should: notes of macOS, links to nowhere', async () => {
    await write('a/1.jpg', 'a/._1.jpg');
    await symlink(path.join(folder, 'gone.jpg'), at('a/2.jpg'));
    await symlink(path.join(folder, 'a disk that is not there'), at('b'));
    await symlink(at('c'), at('c'));
    const { photos, problems } = await read();
    expect(photos).toEqual(['a/1.jpg']);
    expect(problems.sort()).toEqual([
      'a/._1.jpg: A dot before a name is that of a note or a draft: macOS puts ._NAME beside NAME.',
      'a/2.jpg: The link leads nowhere.',
      'b: The link leads nowhere.',
      'c: The link leads nowhere.',
    ]);
  });

  it('has a problem with a folder that cannot be listed, and goes on with the others', async () => {
    await write('a/1.jpg', 'b/1.jpg', 'c/1.jpg');
    const { photos, problems } = await read({
      ...DISK,
      list: async (place) => {
        if (place === at('b')) throw new Error('EACCES: permission denied');
        return DISK.list(place);
      },
    });
    expect(photos).toEqual(['a/1.jpg', 'c/1.jpg']);
    expect(problems).toEqual(['b: The folder can’t be listed: EACCES: permission denied']);
  });
});
