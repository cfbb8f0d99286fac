import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { openDevice } from '../e2e/device-without-page.ts';
import { identify } from '../e2e/identify.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService } from '../service-process.ts';
import { measuringOptions } from './measuring-options.ts';
import { finish, percentile, rounded, short } from './report.ts';
import { servedBy, titleOf } from './served-models.ts';

// How long the device takes for a photo, and whether the page stays responsive meanwhile, in a headless Chromium.

const values = measuringOptions('device', {
  photos: { type: 'string', default: '100', about: 'that are measured' },
  'warm-up': { type: 'string', default: '10', about: 'photos before them' },
});

/** As large as the page hands photos on: 1024 pixels on the longer side. */
const photo = await sharp(await readFile(FLY_AGARIC))
  .resize(1024, 1024, { fit: 'inside' })
  .jpeg({ quality: 90 })
  .toBuffer();

/** Milliseconds from the photo's bytes to its answer, one photo at a time. */
async function latencies(browser: Browser, url: string): Promise<{ total: number[]; infer: number[] }> {
  const device = await openDevice(browser, url);
  await device.route('**/bench-photo', (route) => route.fulfill({ contentType: 'image/jpeg', body: photo }));
  const total: number[] = [];
  const infer: number[] = [];
  for (let i = -Number(values['warm-up']); i < Number(values.photos); i++) {
    const { device: answer, ms } = await device.evaluate(() => globalThis.askDevice('/bench-photo'));
    if (i < 0) continue;
    total.push(ms);
    infer.push(answer.timings.inferMs);
  }
  await device.close();
  return { total, infer };
}

/** Milliseconds of each task of the page's main thread that took more than 50, from the first photo on. */
async function longTasks(page: Page, url: string): Promise<number[]> {
  await page.goto(url);
  await page.getByRole('switch', { name: 'Keep my photos on this device' }).check();
  // Above 50 ms a task counts as long (W3C Long Tasks API).
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(globalThis, { tasks });
  });
  for (let round = 0; round < 5; round++) {
    await identify(page, FLY_AGARIC);
    await page.getByRole('button', { name: 'Another mushroom' }).click();
  }
  return page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
}

const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const service = await startService({ LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium);
try {
  const { total, infer } = await latencies(browser, service.url);
  const tasks = await longTasks(await browser.newPage(), service.url);
  console.log(
    `On the device (wasm), ${total.length} photos one at a time, ${Math.round(photo.length / 1024)} KB each:`,
  );
  const [p50Ms, p99Ms, inferP50Ms] = [percentile(total, 0.5), percentile(total, 0.99), percentile(infer, 0.5)];
  console.log(`p50 ${short(p50Ms)} ms, p99 ${short(p99Ms)} ms; inference p50 ${short(inferP50Ms)} ms`);
  const longest = tasks.length > 0 ? `the longest of ${tasks.length} took ${Math.max(...tasks)} ms` : 'none';
  console.log(`Tasks of the page above 50 ms, from fetching the model to five answers: ${longest}.`);
  const figures = { photos: total.length, p50Ms, p99Ms, inferP50Ms, tasks, chromium: browser.version() };
  const { model } = await servedBy(service);
  const recorded = () => ({ model: titleOf(model), photoMs: rounded(p50Ms) });
  await finish('device', figures, [], values.record && recorded);
} finally {
  await browser.close();
  await service.stop();
}
