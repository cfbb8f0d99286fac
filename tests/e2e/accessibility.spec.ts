import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';
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
    browser = await launchChromium(chromium!);
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

    it.each(['/species', '/species/amanita-muscaria', '/trust', '/models', '/poison-help', '/no/such/page'])(
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
