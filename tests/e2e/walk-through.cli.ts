// `npm run walk-through`: goes from opening the page to an answer as somebody does who sees it for the first time, on a
// phone with a slow processor and a slow network, and prints what it took.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { de } from '../../frontend/src/language/de.ts';
import { en } from '../../frontend/src/language/en.ts';
import { photoOfSize } from '../bench/photo-of-size.ts';
import { printTable, percentile } from '../bench/report.ts';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { commandOptions } from '../command-options.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService } from '../service-process.ts';

const values = commandOptions('npm run walk-through', {
  runs: { type: 'string', default: '3', about: 'of each walk; the middle one of each figure is printed' },
});

const LANGUAGES = { English: { locale: 'en-GB', words: en }, German: { locale: 'de-DE', words: de } } as const;
type Language = keyof typeof LANGUAGES;
type Way = 'camera' | 'file';

/** Chrome's "Slow 4G": milliseconds, and bytes per second. */
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
/** Times slower than this machine. */
const SLOWER_PROCESSOR = 4;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true, isMobile: true };

interface Figures {
  taps: number;
  /** Swipes that were needed to see what has to be tapped. */
  swipes: number;
  /** From the start of the visit until heading and poison help can be read. */
  textSeconds: number;
  /** From the start of the visit until the button for photos works. */
  readySeconds: number;
  /** From the tap on "Identify". */
  answerSeconds: number;
  /** Height of the answer, in heights of the window. */
  screens: number;
  /** Cumulative layout shift: until it is ready, and from then on to the answer. */
  openingShift: number;
  laterShift: number;
}

/** What the page is watched for, put in before its own code runs. */
function watch(takePhotos: string): void {
  const seen = { text: 0, ready: 0, tapped: 0, answer: 0, shifts: [] as { at: number; value: number }[] };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (!entry.hadRecentInput) seen.shifts.push({ at: entry.startTime, value: entry.value });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  addEventListener('click', () => (seen.tapped = performance.now()), { capture: true });
  const isShown = (element: Element) => (element as HTMLElement).innerText.trim() !== '';
  // Where React has taken it over: it works.
  const isLive = (element: Element) => Object.keys(element).some((key) => key.startsWith('__react'));
  const look = () => {
    // At the start of a frame: what is there now is painted with it.
    const now = performance.now();
    const heading = [...document.querySelectorAll('h1')].some(isShown);
    const help = [...document.querySelectorAll('aside')].some(isShown);
    if (!seen.text && heading && help) seen.text = now;
    const button = [...document.querySelectorAll('button')].find(({ innerText }) => innerText.trim() === takePhotos);
    if (!seen.ready && button && isLive(button)) seen.ready = now;
    if (!seen.answer && document.querySelector('article h1')) seen.answer = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

type Seen = { text: number; ready: number; tapped: number; answer: number; shifts: { at: number; value: number }[] };
const seenBy = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

/** A person with a thumb: taps what is in sight, and swipes to what is not. */
class Thumb {
  taps = 0;
  swipes = 0;

  constructor(private readonly page: Page) {}

  private isInSight(target: Locator): Promise<boolean> {
    return target.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      // All of it on the screen, and nothing over it.
      const isOnScreen = top >= 0 && top + height <= innerHeight;
      const hit = document.elementFromPoint(x, y);
      return isOnScreen && hit !== null && (element.contains(hit) || hit.contains(element));
    });
  }

  /** @param wayOut is tapped first where it is in sight and the target is not. */
  async tap(target: Locator, wayOut?: Locator): Promise<void> {
    await target.waitFor({ state: 'attached' });
    while (!(await this.isInSight(target))) {
      if (wayOut && (await wayOut.count()) > 0 && (await this.isInSight(wayOut))) {
        await this.tap(wayOut);
      } else {
        if (++this.swipes > 20) throw new Error(`can not be reached: ${String(target)}`);
        await this.page.evaluate(() => scrollBy({ top: innerHeight / 2 }));
      }
      await this.page.waitForTimeout(300);
    }
    this.taps++;
    await target.tap();
  }
}

async function walk(
  context: BrowserContext,
  url: string,
  language: Language,
  way: Way,
  photo: string,
): Promise<Figures> {
  const { words } = LANGUAGES[language];
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
  // What tsx wraps the functions in that have a name.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(watch, words.photos.take);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.ready > 0, undefined, {
    polling: 100,
  });

  const thumb = new Thumb(page);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  if (way === 'camera') {
    await thumb.tap(button(words.photos.take));
    await thumb.tap(button(words.camera.shoot).and(page.locator(':enabled')));
  } else {
    // The choice itself is made in the phone’s own window, with one tap.
    await thumb.tap(page.getByText(words.photos.choose));
    thumb.taps++;
    await page.getByLabel(words.photos.choose).setInputFiles(photo);
  }
  await page.locator('img[src^="blob:"]').first().waitFor();
  await thumb.tap(button(words.identify.submit).and(page.locator(':enabled')), button(words.camera.close));
  await page.locator('article h1').waitFor();
  await page.waitForTimeout(3000);
  const { text, ready, tapped, answer, shifts } = await seenBy(page);
  const height = await page.locator('article').evaluate((article) => article.getBoundingClientRect().height);
  const shift = (counts: (at: number) => boolean) =>
    shifts.filter(({ at }) => counts(at)).reduce((sum, { value }) => sum + value, 0);
  await page.close();
  return {
    taps: thumb.taps,
    swipes: thumb.swipes,
    textSeconds: text / 1000,
    readySeconds: ready / 1000,
    answerSeconds: (answer - tapped) / 1000,
    screens: height / PHONE.viewport.height,
    openingShift: shift((at) => at <= ready),
    laterShift: shift((at) => at > ready),
  };
}

/** A camera's film that shows one photo. */
async function writeFilm(file: string): Promise<void> {
  const picture = await sharp(FLY_AGARIC).resize(1440, 1080, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
  await writeFile(file, Buffer.concat([picture, picture]));
}

async function walks(browser: Browser, url: string, language: Language, way: Way, photo: string): Promise<Figures> {
  const all: Figures[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const { locale } = LANGUAGES[language];
    // A new context each time: nothing is left of an earlier visit.
    const context = await browser.newContext({ ...PHONE, locale, permissions: ['camera'] });
    all.push(await walk(context, url, language, way, photo));
    await context.close();
  }
  const middle = (figure: keyof Figures) =>
    percentile(
      all.map((figures) => figures[figure]),
      0.5,
    );
  return Object.fromEntries(Object.keys(all[0]!).map((name) => [name, middle(name as keyof Figures)])) as never;
}

const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const folder = await mkdtemp(path.join(tmpdir(), 'walk-through-'));
const [film, photo] = [path.join(folder, 'film.mjpeg'), path.join(folder, 'photo.jpg')];
await writeFilm(film);
await writeFile(photo, await photoOfSize(12));
const service = await startService({ LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium, [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
]);
try {
  const columns: { name: string; figures: Figures }[] = [];
  for (const [language, way] of [
    ['English', 'camera'],
    ['German', 'camera'],
    ['English', 'file'],
  ] as const) {
    const figures = await walks(browser, service.url, language, way, photo);
    columns.push({ name: `${way}, ${language}`, figures });
  }
  const row = (what: string, cell: (figures: Figures) => string) => [
    what,
    ...columns.map(({ figures }) => cell(figures)),
  ];
  printTable(
    ['', ...columns.map(({ name }) => name)],
    [
      row('taps', ({ taps }) => String(taps)),
      row('swipes', ({ swipes }) => String(swipes)),
      row('seconds to readable text', ({ textSeconds }) => textSeconds.toFixed(1)),
      row('seconds to ready', ({ readySeconds }) => readySeconds.toFixed(1)),
      row('seconds from "Identify" to the answer', ({ answerSeconds }) => answerSeconds.toFixed(1)),
      row('screens of answer', ({ screens }) => screens.toFixed(1)),
      row('layout shift until ready', ({ openingShift }) => openingShift.toFixed(3)),
      row('layout shift from there to the answer', ({ laterShift }) => laterShift.toFixed(3)),
    ],
  );
} finally {
  await browser.close();
  await service.stop();
  await rm(folder, { recursive: true });
}
