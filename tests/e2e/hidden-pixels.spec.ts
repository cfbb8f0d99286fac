import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** Firefox's resistance to fingerprinting, in Chromium: noise for whatever is read from a canvas, in page and workers. */
function hidePixels(): void {
  for (const Context of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const { getImageData } = Context.prototype;
    Context.prototype.getImageData = function (
      this: CanvasRenderingContext2D,
      ...area: [number, number, number, number]
    ) {
      const read = getImageData.apply(this, area);
      crypto.getRandomValues(new Uint8Array(read.data.buffer).subarray(0, 65_536));
      return read;
    } as typeof getImageData;
  }
}

describe.skipIf(!hasBrowser)(`a browser that hides pixels (${SKIP_NOTE})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function open(options = {}): Promise<Page> {
    const page = await browser.newPage(options);
    await page.addInitScript(hidePixels);
    await page.goto(sharedService());
    return page;
  }

  it('has the file itself sent, less place and time, and says so', async () => {
    const page = await open();
    const photo = await sharp(await readFile(FLY_AGARIC))
      .withExif({ IFD0: { Artist: 'Anna of Leipzig' }, IFD3: { GPSLatitude: '51/1 20/1 0/1' } })
      .jpeg({ quality: 93 })
      .toBuffer();
    expect(photo.includes('Anna')).toBe(true);
    await page.getByLabel('Choose photos').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.getByText('a.jpg is taken as it is').waitFor();
    // As the browser sends it: of files in a form, it does not tell what is in them.
    await page.evaluate(() => {
      const send = XMLHttpRequest.prototype.send;
      XMLHttpRequest.prototype.send = function (body) {
        Object.assign(window, { sent: (body as FormData).get('image') });
        send.call(this, body);
      };
    });
    await page.getByRole('button', { name: 'Identify' }).click();
    const sent = Buffer.from(
      await page.evaluate(async () => [...(await (window as unknown as { sent: Blob }).sent.bytes())]),
    );
    expect(sent.includes('Anna')).toBe(false);
    // From its tables of codes to its end, it is the file.
    expect(sent.includes(photo.subarray(photo.indexOf(Buffer.from([0xff, 0xdb]))))).toBe(true);
    const answer = page.getByRole('article', { name: 'Answer' });
    await answer.waitFor();
    expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(/Poisonous|Deadly/);
    await page.close();
  });

  it('has the camera app take photos: of a camera in the page there would be noise', async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Take photos' }).click();
    await page.getByText('This browser hides from pages what they draw').waitFor();
    await page.getByLabel('Use the camera app').waitFor({ state: 'attached' });
    await page.close();
  });

  it('has nothing looked at on the device, and says why', async () => {
    const page = await open();
    // The worker has prototypes of its own.
    await page.route('**/on-device.worker-*.js', async (route) => {
      const response = await route.fetch();
      const hidden = `globalThis.CanvasRenderingContext2D ??= OffscreenCanvasRenderingContext2D;(${hidePixels.toString()})();`;
      await route.fulfill({ response, body: hidden + (await response.text()) });
    });
    await page.reload();
    await page.getByRole('switch', { name: 'Keep my photos on this device' }).check();
    await page.getByText('is on this device: it also works with no connection').waitFor();
    await page.getByLabel('Choose photos').setInputFiles(FLY_AGARIC);
    await page.getByRole('button', { name: 'Identify' }).click();
    await page.getByText('This browser hides from the page what a photo shows').waitFor();
    expect(await page.getByRole('article', { name: 'Answer' }).count()).toBe(0);
    await page.close();
  });
});
