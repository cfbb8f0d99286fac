// `npm run screenshots`: takes the pictures of docs/images/ again, from the running page with licensed photos.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC, licensedPhoto } from '../licensed-photo.ts';
import { repository, startService } from '../service-process.ts';
import { identify, startAfresh } from './identify.ts';

const images = path.join(repository, 'docs/images');
const PHONE = { viewport: { width: 390, height: 844 } };
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const DEVICES = [
  ['phone', { ...PHONE, colorScheme: 'light' }],
  ['desktop', { ...DESKTOP, colorScheme: 'light' }],
  ['desktop-dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone-german', { ...PHONE, colorScheme: 'light', locale: 'de-DE' }],
] as const;

const PHOTOS = [FLY_AGARIC, licensedPhoto('amanita-muscaria-2.jpg'), licensedPhoto('amanita-muscaria-3.jpg')];

/** Each view, in the state in which a reader should see it. In this order: the later ones build on the earlier. */
const VIEWS: readonly [string, (page: Page) => Promise<unknown>][] = [
  [
    'photos',
    async (page) => {
      await page.getByLabel('Choose photos').setInputFiles(PHOTOS);
      await page.getByRole('img', { name: 'Photo 3' }).waitFor();
      await page.getByLabel('What photo 1 shows').selectOption('whole');
    },
  ],
  [
    'answer',
    async (page) => {
      await startAfresh(page);
      return identify(page, ...PHOTOS);
    },
  ],
  ['lookalikes', (page) => page.getByRole('heading', { name: 'Dangerous look-alikes' }).evaluate(toTheTop)],
  [
    'finds',
    async (page) => {
      await page.getByLabel('With a small picture', { exact: true }).check();
      await page.getByRole('button', { name: 'Keep in my finds' }).click();
      await page.getByRole('main').getByRole('link', { name: 'my finds' }).click();
      await page.getByRole('article').waitFor();
    },
  ],
  ['species', (page) => page.goto(new URL('/species?q=amanita&toxicity=deadly', page.url()).href)],
  ['models', (page) => page.goto(new URL('/models', page.url()).href)],
];

function toTheTop(element: Element): void {
  element.scrollIntoView({ block: 'start' });
}

const chromium = findChromium();
if (!chromium) {
  console.error(`The screenshots: ${SKIP_NOTE}`);
  process.exit(1);
}

async function save(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  const picture = path.join(images, `${name}.png`);
  // A palette is a quarter of the bytes, and no reader of the docs sees the difference.
  const { size } = await sharp(await page.screenshot())
    .png({ palette: true, quality: 50, dither: 0, effort: 10 })
    .toFile(picture);
  console.log(`${path.relative(repository, picture)}: ${Math.round(size / 1000)} kB`);
}

await mkdir(images, { recursive: true });
const service = await startService();
const browser = await launchChromium(chromium);
for (const [device, options] of DEVICES) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(service.url);
  // From the second visit on, the page has its typefaces.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  if (device === 'phone-german') {
    await page.getByLabel('Fotos auswählen').setInputFiles(FLY_AGARIC);
    await page.getByRole('button', { name: 'Bestimmen' }).click();
    await page.getByRole('article', { name: 'Antwort' }).waitFor();
    await save(page, `answer-${device}`);
  } else {
    for (const [view, show] of device === 'desktop-dark'
      ? VIEWS.filter(([view]) => ['answer', 'models'].includes(view))
      : VIEWS) {
      await show(page);
      if (view === 'species') await page.getByRole('heading', { level: 1 }).evaluate(toTheTop);
      if (view === 'models') await page.getByRole('heading', { level: 3 }).first().evaluate(toTheTop);
      await save(page, `${view}-${device}`);
    }
  }
  await context.close();
}
await browser.close();
await service.stop();
