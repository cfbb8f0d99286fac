import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPhotoViews } from './photo-views.ts';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'views-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(...lines: string[]) {
  const file = path.join(folder, 'views.csv');
  await writeFile(file, ['path,view,stem_base,copy_of', ...lines, ''].join('\n'));
  return readPhotoViews(file);
}

describe('what somebody said of photos', () => {
  it('is read line by line', async () => {
    expect(await read('a.jpg,side,no,', 'b.jpg,underside,yes,a.jpg')).toEqual([
      { path: 'a.jpg', view: 'side', stemBase: false, copyOf: null },
      { path: 'b.jpg', view: 'underside', stemBase: true, copyOf: 'a.jpg' },
    ]);
  });

  it.each(['a.jpg,below,no,', ',side,no,', 'a.jpg,side,perhaps,', 'a.jpg,side'])(
    'is refused by its line where it says nothing: %s',
    async (line) => {
      await expect(read('a.jpg,side,no,', line)).rejects.toThrow();
    },
  );

  it('names the line and the views that there are', async () => {
    await expect(read('a.jpg,side,no,', 'b.jpg,below,no,')).rejects.toThrow(
      /line 3: a path, a view \(other, underside, base, group, above, side\) and yes or no/,
    );
  });
});

describe('the views of the photos in the repository', () => {
  it('are of each of them, once', async () => {
    const views = await readPhotoViews(path.join(MODELS, 'licensed-views.csv'));
    const listed = (await readFile(path.join(MODELS, 'licensed.csv'), 'utf8')).match(/^licensed\/[^,]+/gm)!;
    expect(views.map((view) => view.path).sort()).toEqual(listed.sort());
  });

  it('agree with themselves: where the base is the main view, it lies open', async () => {
    const views = await readPhotoViews(path.join(MODELS, 'licensed-views.csv'));
    const contradictory = views.filter(({ view, stemBase }) =>
      view === 'base' ? !stemBase : stemBase && view !== 'underside',
    );
    expect(contradictory).toEqual([]);
  });
});
