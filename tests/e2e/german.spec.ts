import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** What a page says, and says to screen readers, outside of what is marked as another language: its English words. */
function englishOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement;
    for (const element of body.querySelectorAll('[lang], script, noscript, style')) element.remove();
    const attributes = ['aria-label', 'alt', 'title', 'placeholder'].flatMap((name) =>
      [...body.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? ''),
    );
    const texts = [...body.querySelectorAll('*')].flatMap((element) =>
      [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) => textContent ?? ''),
    );
    const english = /\b(the|and|of|with|from|this|that|are|or|your|you|be|for|can|if|is|to|on|it|genus|photo)\b/i;
    return [...texts, ...attributes].filter((text) => english.test(text));
  });
}

describe.skipIf(!hasBrowser)(`the page in German (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'de-DE', viewport: { width: 390, height: 844 } });
    page = await context.newPage();
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
  });

  async function open(address: string): Promise<void> {
    await page.goto(sharedService() + address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
  }

  it('calls mushrooms by their German names in an answer, and says nothing in English', async () => {
    await open('/');
    expect(await englishOn(page), 'first page').toEqual([]);
    await page.getByLabel('Fotos auswählen').setInputFiles([FLY_AGARIC, FLY_AGARIC]);
    await page.getByRole('img', { name: 'Foto 2' }).waitFor();
    expect(await englishOn(page), 'photos').toEqual([]);
    await page.getByRole('button', { name: 'Bestimmen' }).click();
    const answer = page.getByRole('article', { name: 'Antwort' });
    await answer.getByText('Fliegenpilz').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await englishOn(page), 'answer').toEqual([]);
    expect(await answer.getByText('Fly Agaric').count()).toBe(0);
  });

  it('finds a species by its German name', async () => {
    await open('/species?q=Knollenbl%C3%A4tterpilz');
    await page.getByRole('link', { name: 'Amanita phalloides Grüner Knollenblätterpilz' }).waitFor();
    expect(await englishOn(page)).toEqual([]);
  });

  // With toxins and a free note; with a rare syndrome; a genus.
  it.each(['gyromitra-esculenta', 'pleurocybella-porrigens', 'amanita'])(
    'says nothing in English but what it announces: /species/%s',
    async (slug) => {
      await open(`/species/${slug}`);
      expect(await englishOn(page)).toEqual([]);
      for (const heading of await page.locator('section:has([lang="en"]) > h2').allTextContents()) {
        expect(heading).toMatch(/Englisch|Weitere Namen|Angaben/);
      }
    },
  );

  it.each(['/trust', '/models'])('says nothing in English: %s', async (address) => {
    await open(address);
    expect(await englishOn(page)).toEqual([]);
  });
});
