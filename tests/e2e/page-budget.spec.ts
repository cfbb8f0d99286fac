import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { isLive } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** What the first page may weigh: its scripts, styles and fonts, each gzipped. */
const MOST_BYTES = 170_000;
/** Of Web Vitals' "good" (0.1), half. */
const MOST_SHIFT = 0.05;

describe.skipIf(!hasBrowser)(`the page keeps to its budget (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it.each(['en-US', 'de-DE'])(`scripts, styles and fonts of the first page: at most 170 kB (%s)`, async (locale) => {
    // The service worker fetches the other pages ahead of time, when the first one is there.
    const context = await browser.newContext({ locale, serviceWorkers: 'block' });
    const page = await context.newPage();
    const sizes: Promise<[string, number]>[] = [];
    page.on('response', (response) => {
      if (['script', 'stylesheet', 'font'].includes(response.request().resourceType())) {
        const name = new URL(response.url()).pathname;
        sizes.push(response.body().then((body) => [name, gzipSync(body).length]));
      }
    });
    await page.goto(sharedService());
    await isLive(page);
    await page.waitForLoadState('networkidle');
    const weighed = await Promise.all(sizes);
    const total = weighed.reduce((sum, [, size]) => sum + size, 0);
    console.log(`First page (${locale}): ${total} bytes gzipped`);
    expect(weighed.length).toBeGreaterThan(3);
    expect(total, weighed.map(([name, size]) => `${name} ${size}`).join('\n')).toBeLessThanOrEqual(MOST_BYTES);
    await context.close();
  });

  it.each([
    [390, 844],
    [1280, 900],
  ])('nothing jumps when photos and the answer come, %d pixels wide', async (width, height) => {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) shifts.push(entry.value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    // Shifts within half a second of a click are not counted: an answer that takes its time shows them all.
    await page.route('**/api/v1/identifications', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    const shiftUntilNow = () =>
      page.evaluate(() =>
        (window as unknown as { shifts: number[] }).shifts.splice(0).reduce((sum, value) => sum + value, 0),
      );
    await page.goto(sharedService());
    await isLive(page);
    await page.waitForLoadState('networkidle');
    const opening = await shiftUntilNow();

    await page.getByLabel('Choose photos').setInputFiles([FLY_AGARIC, FLY_AGARIC]);
    await page.getByRole('button', { name: 'Identify' }).waitFor();
    await page.getByRole('img', { name: 'Photo 2' }).evaluate((image: HTMLImageElement) => image.decode());
    await page.waitForLoadState('networkidle');
    const choosing = await shiftUntilNow();

    await page.getByRole('button', { name: 'Identify' }).click();
    await page.getByRole('article', { name: 'Answer' }).waitFor();
    await page.waitForLoadState('networkidle');
    const shifts = { opening, choosing, asking: await shiftUntilNow() };
    console.log(`Layout shift, ${width} pixels wide: ${JSON.stringify(shifts)}`);
    for (const [when, shift] of Object.entries(shifts)) expect(shift, when).toBeLessThanOrEqual(MOST_SHIFT);
    await page.close();
  });
});
