// Asks the service, the page and the device about licensed photos in every encoding, and writes docs/encodings.md and its
// summary in docs/on-device.md. `npm run verify:encodings`, an hour; `--help` tells how to do it bit by bit.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withProgress } from '@mushroom/training/terminal/progress';
import type { Browser } from 'playwright-core';
import prettier from 'prettier';
import sharp from 'sharp';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { commandOptions } from '../command-options.ts';
import { licensedPhotoNames } from '../e2e/device-agreement.ts';
import { licensedPhoto } from '../licensed-photo.ts';
import { repository, startService } from '../service-process.ts';
import { openAsking, type Asking } from './ask-encodings.ts';
import { addTo, nothingCompared, type Compared, type Thresholds } from './comparison.ts';
import { ENCODINGS, LARGE_ENCODINGS, type Encoding } from './encodings.ts';
import { pageOf, withSummary } from './encodings-document.ts';
import { enlarged } from './enlarged.ts';
import { keep, keptOf, type Kept, type KeptOfSize, type Size } from './kept-results.ts';
import { levelsApart } from './levels-apart.ts';

const PHOTOS = 60;
/** Browser tabs that ask at the same time: one waits while another computes. */
const TABS = 2;
const PAGE = path.join(repository, 'docs/encodings.md');
const SUMMARY = path.join(repository, 'docs/on-device.md');

const values = commandOptions('npm run verify:encodings', {
  only: { type: 'string', multiple: true, about: 'asks in the encoding of this name alone; may be given again' },
  size: { type: 'string', multiple: true, default: ['small', 'large'], about: 'of the photos: small, large, or both' },
  again: { type: 'boolean', default: false, about: 'asks again in what was asked in before, by the same versions' },
  list: { type: 'boolean', default: false, about: 'prints the names of all encodings, and asks in none' },
});
const all: [Size, Encoding][] = [
  ...ENCODINGS.map((encoding): [Size, Encoding] => ['small', encoding]),
  ...LARGE_ENCODINGS.map((encoding): [Size, Encoding] => ['large', encoding]),
];
if (values.list) {
  for (const [, { name }] of all) console.log(name);
  process.exit();
}
const sizes = values.size as Size[];
for (const size of sizes)
  if (size !== 'small' && size !== 'large') throw new Error(`no size "${String(size)}": small or large`);
const wanted = all.filter(([size, { name }]) => sizes.includes(size) && (!values.only || values.only.includes(name)));
const unknown = values.only?.filter((only) => all.every(([, { name }]) => name !== only)) ?? [];
if (unknown.length > 0) throw new Error(`there is no encoding "${unknown[0]}": --list names them`);

const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const names = await licensedPhotoNames();
const photos = names.filter((_, index) => index % Math.floor(names.length / PHOTOS) === 0).slice(0, PHOTOS);
const service = await startService({ RATE_LIMIT: '0', LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium);
try {
  const tabs: Asking[] = [];
  for (let tab = 0; tab < TABS; tab++) tabs.push(await openAsking(browser, service.url));
  const { api } = (await tabs[0]!.ask(await readFile(licensedPhoto(photos[0]!)))).answers;
  if ('refused' in api) throw new Error(`the service refused ${photos[0]}: ${api.refused}`);
  const bundle = path.join('models/registry', api.model.name, api.model.version, 'bundle.json');
  const { thresholds } = JSON.parse(await readFile(path.join(repository, bundle), 'utf8')) as {
    thresholds: Thresholds;
  };
  const versions = `${api.model.name} ${api.model.version}; ${versionsOf(browser)}`;
  const kept = await keptOf(sizes, versions);

  for (const [size, encoding] of wanted) {
    const { name } = encoding;
    if (kept[size].compared[name] && !values.again) continue;
    const compared = await withProgress(name, photos.length, (show) => compare(encoding, size, tabs, thresholds, show));
    console.log(`${name}: ${compared.same} of ${compared.photos} the same, ${compared.refused} refused`);
    kept[size].compared[name] = compared;
    await keep(kept);
  }

  const left = all.filter(([size, { name }]) => !kept[size].compared[name]);
  if (left.length > 0) console.log(`${left.length} encodings are left to ask in: nothing is written yet`);
  else await writeDocuments(kept);
} finally {
  await browser.close();
  await service.stop();
}

/** Each tab asks about photos of its own: of many encodings of one it then knows the answers already. */
async function compare(
  { name, encode }: Encoding,
  size: Size,
  tabs: Asking[],
  thresholds: Thresholds,
  show: (done: number) => void,
): Promise<Compared> {
  const compared = nothingCompared(name);
  const askInTab = async ({ ask }: Asking, tab: number) => {
    for (const photo of photos.filter((_, index) => index % tabs.length === tab)) {
      const bytes = await readFile(licensedPhoto(photo));
      const file = await encode(size === 'small' ? bytes : await enlarged(bytes));
      const { answers, drawn } = await ask(file);
      addTo(compared, photo, answers, thresholds);
      if (size === 'small' && Buffer.isBuffer(drawn)) {
        compared.levels = Math.max(compared.levels, await levelsApart(file, drawn));
      }
      show(compared.photos);
    }
  };
  await Promise.all(tabs.map(askInTab));
  compared.differences.sort((a, b) => photos.indexOf(a.photo) - photos.indexOf(b.photo));
  return compared;
}

async function writeDocuments(kept: Kept): Promise<void> {
  const inOrder = (encodings: Encoding[], { day, versions, compared }: KeptOfSize) => ({
    day,
    versions,
    compared: encodings.map(({ name }) => compared[name]!),
  });
  const [small, large] = [inOrder(ENCODINGS, kept.small), inOrder(LARGE_ENCODINGS, kept.large)];
  const facts = { photos: photos.length, small, large };
  await write(PAGE, pageOf(facts));
  await write(SUMMARY, withSummary(await readFile(SUMMARY, 'utf8'), facts));
  // Of large photos, names may differ a little away from a threshold, and no verdict may be milder.
  const wrong = [
    ...small.compared.flatMap(({ encoding, differences }) => differences.map((one) => ({ encoding, ...one }))),
    ...large.compared.flatMap(({ encoding, differences }) =>
      differences.filter(({ milder }) => milder).map((one) => ({ encoding, ...one })),
    ),
  ].filter(({ atThreshold }) => !atThreshold);
  for (const one of wrong) console.log(JSON.stringify(one));
  console.log(`${wrong.length} answers differ that must not: ${PAGE}`);
  if (wrong.length > 0) process.exitCode = 1;
}

function versionsOf(opened: Browser): string {
  const { sharp: own, vips, mozjpeg, png, webp } = sharp.versions as Record<string, string>;
  return `Chromium ${opened.version()}; sharp ${own} with libvips ${vips}, mozjpeg ${mozjpeg}, libpng ${png}, libwebp ${webp}; Node ${process.versions.node}`;
}

async function write(file: string, markdown: string): Promise<void> {
  const options = { ...(await prettier.resolveConfig(file)), parser: 'markdown', proseWrap: 'always' } as const;
  await writeFile(file, await prettier.format(markdown, options));
}
