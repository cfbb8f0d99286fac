import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { identify } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

describe.skipIf(!hasBrowser)(`the page over http, as in a home network (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  const address = () => `http://home.example:${new URL(sharedService()).port}`;

  async function open(page: Page): Promise<string[]> {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address());
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    return complaints;
  }

  it('answers, keeps the find with its picture, and shares the answer', async () => {
    const page = await browser.newPage();
    const complaints = await open(page);
    await page.getByText('has to be opened by https://').waitFor();
    const answer = await identify(page, FLY_AGARIC);
    await answer.getByRole('button', { name: 'Share a link' }).click();
    expect(await answer.getByRole('textbox', { name: 'Link' }).inputValue()).toMatch(
      /^http:\/\/home\.example.*\/answer#/,
    );
    await answer.getByLabel('With a small picture', { exact: true }).check();
    await answer.getByRole('button', { name: 'Keep in my finds' }).click();
    await answer.getByRole('link', { name: 'my finds' }).click();
    const find = page.getByRole('article', { name: 'Amanita muscaria' });
    await find.waitFor();
    await page.reload();
    await find.waitFor();
    await page.getByRole('img', { name: 'Your picture of it' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('on a phone, takes photos by the camera app', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const complaints = await open(page);
    for (const name of ['Take photos', 'Add a photo: Stem base']) {
      expect(await page.getByLabel(name).getAttribute('capture')).toBe('environment');
    }
    await page.getByLabel('Add a photo: Stem base').setInputFiles(FLY_AGARIC);
    await page.getByRole('img', { name: 'Photo 1' }).waitFor();
    expect(await page.getByLabel('What photo 1 shows').inputValue()).toBe('stem_base');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
