import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { isLive } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

describe.skipIf(!hasBrowser)(`the first screen is in the HTML (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the page on a network on which its code does not come until `come` is called. */
  async function openBeforeCode(locale: string, address = '/'): Promise<{ page: Page; come: () => void }> {
    const page = await browser.newPage({ locale, viewport: { width: 390, height: 844 }, hasTouch: true });
    let come = () => {};
    const coming = new Promise<void>((resolve) => (come = resolve));
    await page.route('**/assets/first-page-*.js', async (route) => {
      await coming;
      await route.continue();
    });
    await page.goto(sharedService() + address, { waitUntil: 'commit' });
    return { page, come };
  }

  const whatIsRead = (page: Page) => page.locator('body').innerText();

  it.each([
    ['en-GB', '111', 'Which mushroom is this?', 'Choose photos'],
    ['de-CH', '145', 'Welcher Pilz ist das?', 'Fotos auswählen'],
  ])(
    'heading, the number for poison help and a button for photos, before its code comes (%s)',
    async (locale, ...all) => {
      const { page } = await openBeforeCode(locale);
      await page.locator('h1').waitFor();
      const [number, title, choose] = all;
      expect(await page.locator('a[href^="tel:"]:visible').allInnerTexts()).toEqual([expect.stringContaining(number!)]);
      for (const text of [title, choose]) expect(await whatIsRead(page)).toContain(text);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
      await page.close();
    },
  );

  it('looks as the page that takes its place: what is in both stays where it is', async () => {
    const { page, come } = await openBeforeCode('en-GB');
    const places = () =>
      page.evaluate(() =>
        ['aside strong', 'header a', 'nav a', 'h1', 'main p'].map((selector) => {
          const { x, y, height } = document.querySelector(selector)!.getBoundingClientRect();
          return { selector, x: Math.round(x), y: Math.round(y), height: Math.round(height) };
        }),
      );
    await page.locator('h1').waitFor();
    const before = await places();
    come();
    await isLive(page);
    expect(await places()).toEqual(before);
    await page.close();
  });

  it('takes a photo before its code comes, which is there afterwards', async () => {
    const { page, come } = await openBeforeCode('en-GB');
    const button = page.locator('input[type=file]').last();
    await button.setInputFiles(FLY_AGARIC);
    come();
    await page.getByRole('img', { name: 'Photo 1' }).waitFor();
    await page.close();
  });

  it('takes a photo that is chosen while its code comes', async () => {
    const { page, come } = await openBeforeCode('en-GB');
    const button = await page.locator('input[type=file]').last().elementHandle();
    come();
    await isLive(page);
    await button!.setInputFiles(FLY_AGARIC);
    await page.getByRole('img', { name: 'Photo 1' }).waitFor();
    await page.close();
  });

  it('shows no heading of another page at an address of its own', async () => {
    const { page, come } = await openBeforeCode('en-GB', '/trust');
    await page.getByText('Eaten one?').waitFor();
    expect(await whatIsRead(page)).not.toContain('Which mushroom is this?');
    come();
    await page.getByRole('heading', { level: 1, name: 'How far to trust this' }).waitFor();
    await page.close();
  });

  it('tells whom to call without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(sharedService());
    await page.locator('a[href="tel:111"]').waitFor();
    await context.close();
  });
});
