import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC, licensedPhoto } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

describe.skipIf(!hasBrowser)(`photos and answer stay (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let asked = 0;

  beforeAll(async () => {
    browser = await openBrowser();
    context = await browser.newContext();
    page = await context.newPage();
    page.on('request', (request) => void (request.method() === 'POST' && asked++));
    await page.goto('about:blank');
    await page.goto(sharedService());
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
  });

  const answer = () => page.getByRole('article', { name: 'Answer' });
  const photo = (number: number) => page.getByRole('img', { name: `Photo ${number}` });
  const isDrawn = (image: ReturnType<typeof photo>) =>
    image.evaluate(async (element: HTMLImageElement) => element.decode().then(() => element.naturalWidth > 0));

  // One after the other, as somebody does it.
  it('photos and what they show are there after a reload', async () => {
    await page.getByLabel('Choose photos').setInputFiles([FLY_AGARIC, licensedPhoto('amanita-muscaria-2.jpg')]);
    await photo(2).waitFor();
    await page.getByLabel('What photo 2 shows').selectOption('gills');
    // Nothing tells that they are written: a phone leaves at least that long.
    await page.waitForTimeout(500);
    await page.reload();
    await photo(2).waitFor();
    expect(await isDrawn(photo(2))).toBe(true);
    expect(await page.getByLabel('What photo 2 shows').inputValue()).toBe('gills');
  });

  it('an answer is there after a reload, with the photos it is about, and is not asked for again', async () => {
    await page.getByRole('button', { name: 'Identify' }).click();
    await answer().waitFor();
    await page.waitForTimeout(500);
    await page.reload();
    await answer().waitFor();
    const own = page.getByRole('img', { name: 'Your photo 2' }).first();
    expect(await isDrawn(own)).toBe(true);
    expect(asked).toBe(1);
  });

  it('going back leads from the answer to its photos, and forward to the answer', async () => {
    await page.goBack();
    await photo(2).waitFor();
    expect(await answer().count()).toBe(0);
    await page.goForward();
    await answer().waitFor();
    expect(asked).toBe(1);
  });

  it('an answer is not shown with other photos than those it is about', async () => {
    await page.goBack();
    await page.getByRole('button', { name: 'Remove photo 2' }).click();
    await page.goForward();
    await page.getByRole('button', { name: 'Identify' }).waitFor();
    expect(await answer().count()).toBe(0);
  });

  it('another mushroom, and another tab, begin with none', async () => {
    await page.getByRole('button', { name: 'Identify' }).click();
    await answer().waitFor();
    const other = await context.newPage();
    await other.goto(sharedService());
    await other.getByLabel('Choose photos').waitFor({ state: 'attached' });
    await other.close();
    await page.getByRole('button', { name: 'Another mushroom' }).click();
    await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
    await page.waitForTimeout(500);
    await page.reload();
    await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
    expect(await photo(1).count()).toBe(0);
  });
});
