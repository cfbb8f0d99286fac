import { json } from 'node:stream/consumers';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { identify } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

describe.skipIf(!hasBrowser)(`what is kept and passed on (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    await page.goto(sharedService());
  });
  afterEach(() => context.close());

  it('a find stays on the device with its notes and picture, until all are deleted', async () => {
    const answer = await identify(page, FLY_AGARIC);
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET' || !request.url().startsWith(sharedService())) asked.push(request.url());
    });
    await answer.getByLabel('With a small picture', { exact: true }).check();
    await answer.getByRole('button', { name: 'Keep in my finds' }).click();
    await answer.getByRole('link', { name: 'my finds' }).click();
    await page.getByLabel('Notes').fill('under the old oak');
    await page.getByLabel('Notes').blur();
    await page.getByText('Saved.').waitFor();

    await page.reload();
    expect(await page.getByLabel('Notes').inputValue()).toBe('under the old oak');
    await page.getByRole('img', { name: 'Your picture of it' }).evaluate((image: HTMLImageElement) => image.decode());

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save all as a file' }).click(),
    ]);
    const { finds } = (await json(await download.createReadStream())) as { finds: unknown };
    expect(finds).toMatchObject([{ notes: 'under the old oak', answer: { match: { taxon: 'Amanita muscaria' } } }]);

    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByRole('button', { name: 'Yes, delete all' }).click();
    await page.getByText('Nothing kept yet').waitFor();
    expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([]);
  });

  it('a shared link opens the answer on another device, without a photo unless that was wanted', async () => {
    const answer = await identify(page, FLY_AGARIC);
    const verdict = await answer.getByRole('heading', { level: 1 }).innerText();
    for (const withPhoto of [false, true]) {
      if (withPhoto) await answer.getByLabel('With a small picture of mine').check();
      await answer.getByRole('button', { name: 'Share a link' }).click();
      await answer.getByText('The link is copied.').waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());

      const other = await browser.newContext();
      const opened = await other.newPage();
      const requests: string[] = [];
      opened.on('request', (request) => requests.push(request.url()));
      await opened.goto(link);
      const shared = opened.getByRole('article', { name: 'Answer' });
      expect(await shared.getByRole('heading', { level: 1 }).innerText()).toBe(verdict);
      expect(await opened.getByText('is not checked').isVisible()).toBe(true);
      expect(await shared.getByRole('img', { name: 'Your photo 1' }).count()).toBe(withPhoto ? 1 : 0);
      expect(await shared.locator('a[href^="tel:"]').count()).toBeGreaterThan(0);
      const secret = new URL(link).hash.slice(1);
      expect(requests.filter((url) => url.split('#')[0]!.includes(secret))).toEqual([]);
      await other.close();
    }
  });
});
