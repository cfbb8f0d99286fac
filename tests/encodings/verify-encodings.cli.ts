// Asks the service, the page and the device about licensed photos in every encoding, and writes docs/encodings.md.
// `npm run verify:encodings`, an hour; with `-- --encoding TEXT` only those whose names have it in, and what is new.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import prettier from 'prettier';
import sharp from 'sharp';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { licensedPhotoNames } from '../e2e/device-agreement.ts';
import { licensedPhoto } from '../licensed-photo.ts';
import { repository, startService } from '../service-process.ts';
import { openAsking } from './ask-encodings.ts';
import { addTo, type Compared, type Thresholds } from './comparison.ts';
import { ENCODINGS, LARGE_ENCODINGS, type Encoding } from './encodings.ts';
import { pageOf } from './encodings-document.ts';
import { enlarged } from './enlarged.ts';

const PHOTOS = 60;
/** What was compared, kept from run to run: an hour's work. */
const KEPT = path.join(repository, '.build/encodings.json');
const PAGE = path.join(repository, 'docs/encodings.md');

const { values } = parseArgs({ options: { encoding: { type: 'string' } } });
const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const all = await licensedPhotoNames();
const photos = all.filter((_, index) => index % Math.floor(all.length / PHOTOS) === 0).slice(0, PHOTOS);
const service = await startService({ RATE_LIMIT: '0', LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium);
try {
  const ask = await openAsking(browser, service.url);
  const { api } = await ask(await readFile(licensedPhoto(photos[0]!)));
  if ('refused' in api) throw new Error(`the service refused ${photos[0]}: ${api.refused}`);
  const bundle = path.join(repository, 'models/registry', api.model.name, api.model.version, 'bundle.json');
  const { thresholds } = JSON.parse(await readFile(bundle, 'utf8')) as { thresholds: Thresholds };
  const kept = JSON.parse(await readFile(KEPT, 'utf8').catch(() => '{"small":{},"large":{}}')) as Record<
    'small' | 'large',
    Record<string, Compared>
  >;
  const compare = async ({ name, encode }: Encoding, size: (photo: Buffer) => Promise<Buffer>): Promise<Compared> => {
    const compared = { encoding: name, photos: 0, same: 0, refused: 0, largest: 0, differences: [] };
    for (const photo of photos) {
      const file = await encode(await size(await readFile(licensedPhoto(photo))));
      addTo(compared, photo, await ask(file), thresholds);
    }
    console.log(
      `${new Date().toISOString()} ${name}: ${compared.same} of ${compared.photos}, ${compared.refused} refused`,
    );
    return compared;
  };
  for (const [size, encodings] of [
    ['small', ENCODINGS],
    ['large', LARGE_ENCODINGS],
  ] as const) {
    const before = kept[size];
    kept[size] = {};
    for (const encoding of encodings) {
      const again = !before[encoding.name] || encoding.name.includes(values.encoding ?? '');
      kept[size][encoding.name] = again
        ? await compare(encoding, async (photo) => (size === 'small' ? photo : enlarged(photo)))
        : before[encoding.name]!;
    }
  }
  const day = new Date().toISOString().slice(0, 10);
  const versions = versionsOf(browser);
  const [small, large] = [Object.values(kept.small), Object.values(kept.large)];
  await write(KEPT, JSON.stringify(kept), 'json');
  await write(PAGE, pageOf({ day, versions, photos: photos.length, small, large }), 'markdown');
  const wrong = [...small, ...large].flatMap(({ encoding, differences }) =>
    differences.filter(({ atThreshold }) => !atThreshold).map((difference) => ({ encoding, ...difference })),
  );
  for (const one of wrong) console.log(JSON.stringify(one));
  console.log(`${wrong.length} answers differ away from a threshold: ${PAGE}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await service.stop();
}

function versionsOf(opened: Browser): string {
  const { sharp: own, vips, mozjpeg, png, webp, lcms } = sharp.versions as Record<string, string>;
  return `Chromium ${opened.version()}; sharp ${own} with libvips ${vips}, mozjpeg ${mozjpeg}, libpng ${png}, libwebp ${webp}, Little CMS ${lcms}; Node ${process.versions.node}`;
}

async function write(file: string, text: string, parser: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await prettier.format(text, { ...(await prettier.resolveConfig(file)), parser }));
}
