import type { Browser, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { de } from '../../frontend/src/language/de.ts';
import { en } from '../../frontend/src/language/en.ts';
import { SKIP_NOTE } from '../chromium.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** What is left of a phone's screen between the browser's bars: upright, and on its side. */
const WINDOWS = [
  { width: 390, height: 664 },
  { width: 844, height: 340 },
  { width: 664, height: 390 },
];

describe.skipIf(!hasBrowser)(`on a small screen, what is needed is on it (${SKIP_NOTE})`, () => {
  async function isOnScreen(page: Page, what: string, ...targets: Locator[]): Promise<void> {
    for (const size of WINDOWS) {
      await page.setViewportSize(size);
      for (const target of targets) {
        // Turned, the page is laid out again: where it ends up counts.
        await expect
          .poll(
            () =>
              target.evaluate((element) => {
                const { top, bottom, left, right } = element.getBoundingClientRect();
                const isInside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
                const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                return isInside && (element.contains(hit) || hit!.contains(element));
              }),
            { message: `${what}: ${String(target)} in ${size.width} × ${size.height}`, timeout: 5000 },
          )
          .toBe(true);
      }
    }
  }

  it.each([
    ['en-GB', en],
    ['de-DE', de],
  ])('from opening the page to the answer, without scrolling (%s)', async (locale, words) => {
    const browser: Browser = await openBrowser();
    const context = await browser.newContext({ locale, hasTouch: true, isMobile: true, viewport: WINDOWS[0] });
    const page = await context.newPage();
    // So that there is time to look at what is shown meanwhile.
    let answer = () => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/v1/identifications', async (route) => {
      await asked;
      await route.continue();
    });
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.goto(sharedService());
    await isOnScreen(page, 'first page', button(words.photos.take), page.getByText(words.photos.choose));

    await button(words.photos.take).tap();
    const shutter = button(words.camera.shoot).and(page.locator(':enabled'));
    await shutter.waitFor();
    const inCamera = [shutter, button(words.camera.close), page.getByRole('dialog').getByRole('status')];
    await isOnScreen(page, 'camera', ...inCamera, button(words.identify.submit), page.locator('video'));
    await shutter.tap();
    await page.getByRole('dialog').getByRole('img').waitFor();
    await isOnScreen(page, 'camera with a photo', ...inCamera, page.getByRole('dialog').getByRole('img'));
    await button(words.camera.close).tap();
    await isOnScreen(page, 'photos', button(words.identify.submit));

    await button(words.identify.submit).tap();
    await isOnScreen(page, 'asking', button(words.identify.cancel));
    answer();
    await isOnScreen(page, 'answer', page.getByRole('article').getByRole('heading', { level: 1 }));
    await context.close();
    await browser.close();
  });
});
