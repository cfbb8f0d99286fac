import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC, licensedPhoto } from '../licensed-photo.ts';
import { identify } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

const DANGEROUS = /^(Poisonous|Deadly)$/;

describe.skipIf(!hasBrowser)(`the page, in a browser (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  describe.each([
    ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ['a desktop', { viewport: { width: 1280, height: 900 } }],
  ])('on %s', (_device, options) => {
    let context: BrowserContext;
    let page: Page;
    let complaints: string[];

    beforeEach(async () => {
      context = await browser.newContext(options);
      page = await context.newPage();
      complaints = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(sharedService());
    });
    afterEach(() => context.close());

    async function fitsItsWidth() {
      return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    }

    it('a photo of a fly agaric is answered: dangerous, what it may be, and whom to call', async () => {
      const answer = await identify(page, FLY_AGARIC);

      expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(DANGEROUS);
      expect(await answer.getByRole('link', { name: 'Amanita muscaria' }).count()).toBeGreaterThan(0);
      expect(await answer.getByRole('heading', { name: 'What it may be' }).count()).toBe(1);
      expect(await answer.locator('a[href^="tel:"]').count()).toBeGreaterThan(0);
      expect(await page.title()).toMatch(/^(Poisonous|Deadly)/);
      expect(await fitsItsWidth()).toBe(true);
      expect(complaints).toEqual([]);
    });

    it('several photos of one mushroom get one answer', async () => {
      const photos = [FLY_AGARIC, licensedPhoto('amanita-muscaria-2.jpg'), licensedPhoto('amanita-muscaria-3.jpg')];
      const answer = await identify(page, ...photos);

      expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(DANGEROUS);
      expect(await answer.getByRole('list', { name: 'Your photos' }).getByRole('listitem').count()).toBe(3);
      expect(complaints).toEqual([]);
    });

    it('where it looked is laid over each photo, and taken away again', async () => {
      const answer = await identify(page, FLY_AGARIC, licensedPhoto('amanita-muscaria-2.jpg'));
      const toggle = answer.getByRole('button', { name: 'Where it looked' });
      await toggle.click();
      const layers = answer.getByRole('img', { name: /The place that counted most/ });
      await layers.first().waitFor();
      expect(await layers.count()).toBe(2);
      for (const [index, layer] of (await layers.all()).entries()) {
        await layer.evaluate((image: HTMLImageElement) => image.decode());
        const photo = answer
          .getByRole('list', { name: 'Your photos' })
          .getByRole('img', { name: `Your photo ${index + 1}` });
        const [over, under] = [await layer.boundingBox(), await photo.boundingBox()];
        for (const side of ['x', 'y', 'width', 'height'] as const) {
          expect(Math.abs(over![side] - under![side]), side).toBeLessThan(1);
        }
        // The photo is shown whole: what the model saw of it is.
        const shape = await photo.evaluate((image: HTMLImageElement) => image.naturalWidth / image.naturalHeight);
        expect(under!.width / under!.height).toBeCloseTo(shape, 1);
      }
      expect(await fitsItsWidth()).toBe(true);
      await toggle.click();
      expect(await layers.count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    it('a file that is no photo is refused by name, and a photo is still welcome', async () => {
      await page.getByLabel('Choose photos').setInputFiles({
        name: 'shopping-list.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('milk, bread'),
      });
      await page.getByRole('alert').filter({ hasText: 'shopping-list.txt' }).waitFor();

      const answer = await identify(page, FLY_AGARIC);
      expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(DANGEROUS);
      expect(complaints).toEqual([]);
    });

    it('a photo that the browser can’t open is never sent, since it may hold where it was taken', async () => {
      await page.getByLabel('Choose photos').setInputFiles({
        name: 'shopping-list.jpg',
        mimeType: 'image/jpeg',
        buffer: Buffer.from('milk, bread'),
      });
      const notice = page.getByRole('alert').filter({ hasText: 'shopping-list.jpg' });
      await notice.waitFor();
      expect(await notice.innerText()).toMatch(/is no photo this page can read\. JPEG/);
      expect(await page.getByRole('button', { name: 'Identify' }).count()).toBe(0);
    });

    it('a species has a page, with photos that name their author and licence', async () => {
      await page.goto(`${sharedService()}/species/amanita-muscaria`);
      await page.getByRole('heading', { level: 1, name: 'Amanita muscaria' }).waitFor();

      const photo = page.getByRole('list', { name: 'Photos' }).getByRole('listitem').first();
      expect(await photo.innerText()).toMatch(/CC |Public domain/i);
      const source = photo.getByRole('link').first();
      expect(await source.getAttribute('href')).toMatch(/^https:\/\//);
      await photo.getByRole('img').evaluate((image: HTMLImageElement) => image.decode());
      expect(await fitsItsWidth()).toBe(true);
      expect(complaints).toEqual([]);
    });

    it('the species are listed, found by name, and lead to their pages', async () => {
      await page.goto(`${sharedService()}/species`);
      await page.getByRole('searchbox').fill('muscaria');
      await page.getByRole('link', { name: /Amanita muscaria/ }).click();
      await page.getByRole('heading', { level: 1, name: /Amanita muscaria/ }).waitFor();
      expect(await fitsItsWidth()).toBe(true);
      expect(complaints).toEqual([]);
    });

    it('an address that leads nowhere says so, with a way back', async () => {
      await page.goto(`${sharedService()}/no/such/page`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('link', { name: 'Identify' }).first().click();
      await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
    });
  });
});
