import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { identify, isLive } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The devices on which each state of the page is judged; it follows a change from one to the other, as when turned. */
const DEVICES = {
  'a phone, light': { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  'a desktop, dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
} as const;

/** What axe finds against WCAG 2.2 AA and good practice: one line for each device, fault and place. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  await page.addScriptTag({ content: axe });
  for (const [device, { viewport, colorScheme }] of Object.entries(DEVICES)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run({
        // What passes is not listed: that takes most of axe's time on long pages.
        resultTypes: ['violations'],
      }),
    );
    for (const { id, help, nodes } of violations) {
      faults.push(...nodes.map(({ target }) => `${device}: ${id}: ${help} (${target.join(' ')})`));
    }
  }
  return faults;
}

describe.skipIf(!hasBrowser)(`axe finds nothing on a phone and on a desktop, light and dark (${SKIP_NOTE})`, () => {
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
    // The page's Content-Security-Policy would keep axe out; transitions would be judged half-way.
    context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' });
    page = await context.newPage();
    await page.goto(sharedService());
  });
  afterEach(() => context.close());

  it('on the first page', async () => {
    await isLive(page);
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

  it('on an answer, where the model looked, finds, deleting them, and a shared answer', async () => {
    const answer = await identify(page, FLY_AGARIC);
    expect(await faultsOf(page), 'answer').toEqual([]);
    await answer.getByRole('button', { name: 'Where it looked' }).click();
    await answer.getByRole('img', { name: /The place that counted most/ }).waitFor();
    expect(await faultsOf(page), 'where it looked').toEqual([]);
    await answer.getByLabel('With a small picture', { exact: true }).check();
    await answer.getByRole('button', { name: 'Keep in my finds' }).click();
    await answer.getByRole('link', { name: 'my finds' }).click();
    await page.getByRole('article', { name: 'Amanita muscaria' }).waitFor();
    expect(await faultsOf(page), 'finds').toEqual([]);
    await page.getByRole('button', { name: 'Delete all' }).click();
    expect(await faultsOf(page), 'deleting').toEqual([]);
    await page.getByRole('link', { name: 'The whole answer' }).click();
    await page.getByRole('article', { name: 'Answer' }).waitFor();
    expect(await faultsOf(page), 'shared answer').toEqual([]);
  });

  it('on the model card and the curves', async () => {
    await page.goto(`${sharedService()}/models`);
    await page.getByText('The whole model card').click();
    await page.getByRole('group', { name: 'Table' }).first().waitFor();
    // A row of a long table is like the next; judging thousands of cells takes minutes on a slow machine.
    await page.evaluate(() => {
      for (const row of document.querySelectorAll('tbody tr:nth-child(n + 6)')) row.remove();
    });
    expect(await faultsOf(page)).toEqual([]);
  });

  it.each(['/species', '/species/amanita-muscaria', '/trust', '/finds', '/answer', '/poison-help', '/no/such/page'])(
    'on %s',
    async (address) => {
      await page.goto(sharedService() + address);
      await isLive(page);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await faultsOf(page)).toEqual([]);
    },
  );
});
