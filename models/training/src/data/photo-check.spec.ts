import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { checkFiles } from './photo-check.ts';

const LICENSED = new URL('../../../data/licensed/', import.meta.url);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'photo-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const copy = (name: string, as: string) => copyFile(new URL(name, LICENSED), at(as));
const check = (...names: string[]) => checkFiles(names.map(at), { name: folder, cache: at('cache') });
const picture = (side: number) => sharp({ create: { width: 99, height: side, channels: 3, background: '#a50' } });

describe('photos whose files are looked at', () => {
  it('are those that the service takes, by their bytes and whatever their names are', async () => {
    await copy('amanita-muscaria-1.jpg', 'a.jpg');
    await writeFile(at('png.jpg'), await picture(40).png().toBuffer());
    await writeFile(at('webp.png'), await picture(40).webp().toBuffer());
    const { facts, problems } = await check('a.jpg', 'png.jpg', 'webp.png');
    expect([...facts.keys()].sort()).toEqual(['a.jpg', 'png.jpg', 'webp.png'].map(at));
    expect(facts.get(at('a.jpg'))).toMatchObject({ fingerprint: fingerprintOf(await readFile(at('a.jpg'))), cut: 0 });
    expect(problems.size).toBe(0);
  });

  it('may lack a little of their end, which is told', async () => {
    const whole = await sharp(fileURLToPath(new URL('amanita-muscaria-1.jpg', LICENSED)))
      .jpeg()
      .toBuffer();
    await writeFile(at('cut.jpg'), whole.subarray(0, whole.length * 0.99));
    const { facts } = await check('cut.jpg');
    expect(facts.get(at('cut.jpg'))!.cut).toBeGreaterThan(0);
    expect(facts.get(at('cut.jpg'))!.cut).toBeLessThanOrEqual(0.05);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'half a photo',
      async () => {
        const whole = await readFile(new URL('amanita-muscaria-1.jpg', LICENSED));
        await writeFile(at('bad.jpg'), whole.subarray(0, whole.length / 2));
      },
      /^The end of the file is missing, and with it too much of the photo\.$/,
    ],
    [
      'half a PNG',
      async () => {
        const whole = await picture(40).png().toBuffer();
        await writeFile(at('bad.jpg'), whole.subarray(0, whole.length - 20));
      },
      /^The file is incomplete or damaged\.$/,
    ],
    [
      'pixels that can’t be decoded',
      async () => {
        const whole = await picture(40).png().toBuffer();
        whole.fill(0xa5, whole.indexOf('IDAT') + 8, whole.indexOf('IDAT') + 14);
        await writeFile(at('bad.jpg'), whole);
      },
      /^The file is incomplete or damaged \(.+\)\.$/,
    ],
    ['nothing', () => writeFile(at('bad.jpg'), ''), /^The file is empty\.$/],
    ['an error page', () => writeFile(at('bad.jpg'), '<html>404</html>'), /^The file is not JPEG, PNG or WebP/],
    [
      'the pointer that Git LFS leaves',
      () => writeFile(at('bad.jpg'), 'version https://git-lfs.github.com/spec/v1\n'),
      /^The file is not JPEG/,
    ],
    [
      'an iPhone’s photo',
      () => writeFile(at('bad.jpg'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
      /^Send JPEG, PNG or WebP\. On an iPhone/,
    ],
    [
      'a JPEG in the colours of print',
      async () => writeFile(at('bad.jpg'), await picture(40).toColourspace('cmyk').jpeg().toBuffer()),
      /^The colours are those of print/,
    ],
    [
      'a speck',
      async () => writeFile(at('bad.jpg'), await picture(31).png().toBuffer()),
      /^The photo is too small: each side needs 32/,
    ],
    ['a folder', () => mkdir(at('bad.jpg')), /^It is no file\.$/],
    ['a pipe', async () => execFileSync('mkfifo', [at('bad.jpg')]), /^It is no file\.$/],
    ['not there', async () => {}, /^It is not there\.$/],
    ['behind a link that leads to itself', () => symlink(at('bad.jpg'), at('bad.jpg')), /^It can’t be read: ELOOP/],
  ])('are told apart from what is %s', async (_, make, why) => {
    await make();
    await copy('amanita-muscaria-1.jpg', 'good.jpg');
    const { facts, problems } = await check('bad.jpg', 'good.jpg');
    expect([...facts.keys()]).toEqual([at('good.jpg')]);
    expect([...problems.keys()]).toEqual([at('bad.jpg')]);
    expect(problems.get(at('bad.jpg'))).toMatch(why);
  });
});

describe('photos that were looked at before', () => {
  const keptIn = async () => at(`cache/${(await readdir(at('cache')))[0]!}`);

  it('are not read again', async () => {
    await copy('amanita-muscaria-1.jpg', 'a.jpg');
    const { facts } = await check('a.jpg');
    const kept = await readFile(await keptIn(), 'utf8');
    await writeFile(await keptIn(), kept.replaceAll(facts.get(at('a.jpg'))!.fingerprint, 'from before'));
    expect((await check('a.jpg')).facts.get(at('a.jpg'))!.fingerprint).toBe('from before');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['replaced under their names', () => copy('boletus-edulis-1.jpg', 'a.jpg')],
    [
      'replaced by one of the same size, with the time of the old one',
      async () => {
        const { size, atime, mtime } = await stat(at('a.jpg'));
        const other = await readFile(new URL('boletus-edulis-2.jpg', LICENSED));
        // What stands behind a JPEG's end is no part of the photo.
        await writeFile(at('a.jpg'), Buffer.concat([other, Buffer.alloc(size - other.length)]));
        await utimes(at('a.jpg'), atime, mtime);
      },
    ],
    ['put in the place of a broken one', () => copy('boletus-edulis-1.jpg', 'broken.jpg')],
  ])('are, if they were %s', async (_, change) => {
    await copy('amanita-muscaria-1.jpg', 'a.jpg');
    await writeFile(at('broken.jpg'), '<html>');
    const before = await check('a.jpg', 'broken.jpg');
    await change();
    const after = await check('a.jpg', 'broken.jpg');
    expect([...after.facts].map(([file, { fingerprint }]) => [file, fingerprint])).not.toEqual(
      [...before.facts].map(([file, { fingerprint }]) => [file, fingerprint]),
    );
    for (const [file, { fingerprint }] of after.facts) expect(fingerprint).toBe(fingerprintOf(await readFile(file)));
  });

  it.each([
    ['by other code', (kept: string) => kept.replace(/"revision":"\w+/, '"revision":"another')],
    ['by a process that wrote half of what it found', (kept: string) => kept.slice(0, kept.length / 2)],
  ])('are, if they were %s', async (_, spoil) => {
    await copy('amanita-muscaria-1.jpg', 'a.jpg');
    const { facts } = await check('a.jpg');
    const { fingerprint } = facts.get(at('a.jpg'))!;
    const kept = await readFile(await keptIn(), 'utf8');
    await writeFile(await keptIn(), spoil(kept.replaceAll(fingerprint, 'from before')));
    expect((await check('a.jpg')).facts.get(at('a.jpg'))).toMatchObject({ fingerprint });
  });

  it('are read again where nothing can be kept', async () => {
    await copy('amanita-muscaria-1.jpg', 'a.jpg');
    await writeFile(at('cache'), 'a file where the folder should be');
    expect((await check('a.jpg')).facts.size).toBe(1);
    expect((await check('a.jpg')).facts.size).toBe(1);
  });
});
