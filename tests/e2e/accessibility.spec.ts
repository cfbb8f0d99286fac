import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';
import { FAKE_CAMERA } from './fake-camera.ts';
import { identify } from './identify.ts';

const chromium = findChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA and good practice: one line a fault and place. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}

describe.skipIf(!chromium)(`axe finds nothing (${SKIP_NOTE})`, () => {
  let service: ServiceProcess;
  let browser: Browser;

  beforeAll(async () => {
    service = await startService();
    browser = await launchChromium(chromium!, FAKE_CAMERA);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  describe.each([
    ['a phone, light', { viewport: { width: 390, height: 844 }, colorScheme: 'light' as const }],
    ['a desktop, dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' as const }],
  ])('on %s', (_device, options) => {
    let context: BrowserContext;
    let page: Page;

    beforeEach(async () => {
      // The page's Content-Security-Policy would keep axe out; transitions would be judged half-way.
      context = await browser.newContext({ ...options, bypassCSP: true, reducedMotion: 'reduce' });
      page = await context.newPage();
      await page.goto(service.url);
    });
    afterEach(() => context.close());

    it('on the first page', async () => {
      await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
      expect(await faultsOf(page)).toEqual([]);
    });

    it('on an answer', async () => {
      await identify(page, FLY_AGARIC);
      expect(await faultsOf(page)).toEqual([]);
    });

    it('on an answer that shows where the model looked', async () => {
      const answer = await identify(page, FLY_AGARIC);
      await answer.getByRole('button', { name: 'Where it looked' }).click();
      await answer.getByRole('img', { name: /The place that counted most/ }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });

    it('on photos to put in order, and on the camera', async () => {
      await page.getByLabel('Choose photos').setInputFiles([FLY_AGARIC, FLY_AGARIC]);
      await page.getByRole('img', { name: 'Photo 2' }).waitFor();
      const camera = page.getByRole('button', { name: 'Take photos' });
      if (await camera.isVisible()) {
        await camera.click();
        await page.getByRole('button', { name: 'Take the photo' }).and(page.locator(':enabled')).waitFor();
      }
      expect(await faultsOf(page)).toEqual([]);
    });

    it('on finds, on deleting them, and on a shared answer', async () => {
      const answer = await identify(page, FLY_AGARIC);
      await answer.getByLabel('With a small picture', { exact: true }).check();
      await answer.getByRole('button', { name: 'Keep in my finds' }).click();
      await answer.getByRole('link', { name: 'my finds' }).click();
      await page.getByRole('article', { name: 'Amanita muscaria' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Delete all' }).click();
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'The whole answer' }).click();
      await page.getByRole('article', { name: 'Answer' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });

    it('on the model card and the curves', async () => {
      await page.goto(`${service.url}/models`);
      await page.getByText('The whole model card').click();
      await page.getByRole('group', { name: 'Table' }).first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });

    it.each(['/species', '/species/amanita-muscaria', '/trust', '/finds', '/answer', '/poison-help', '/no/such/page'])(
      'on %s',
      async (address) => {
        await page.goto(service.url + address);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        expect(await faultsOf(page)).toEqual([]);
      },
    );
  });
});
