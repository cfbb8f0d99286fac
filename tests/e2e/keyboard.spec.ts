import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { isLive } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

const MOST_STOPS = 60;

/** Presses Tab until what has the focus is named like this. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const labels = (element as HTMLInputElement).labels;
      return (labels?.[0] ?? element).innerText.trim();
    });
    if (name.test(focused)) return;
    passed.push(focused);
  }
  throw new Error(`Tab does not lead to ${name.source}; it led to: ${passed.join(' · ')}`);
}

describe.skipIf(!hasBrowser)(`with the keyboard alone (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('one gets from the first page to an answer, and on to a species', async () => {
    const page = await browser.newPage();
    await page.goto(sharedService());
    await isLive(page);

    page.on('filechooser', (chooser) => void chooser.setFiles(FLY_AGARIC));
    await tabTo(page, /^Choose photos$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Identify' }).waitFor();
    await tabTo(page, /^Identify$/);
    // The first such stop may be the link to this page: go on to the button.
    while ((await page.evaluate(() => document.activeElement?.tagName)) !== 'BUTTON') await tabTo(page, /^Identify$/);
    await page.keyboard.press('Enter');

    const answer = page.getByRole('article', { name: 'Answer' });
    await answer.waitFor();
    const heading = answer.getByRole('heading', { level: 1 });
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await heading.innerText()).toMatch(/^(Poisonous|Deadly)$/);

    await tabTo(page, /^Amanita muscaria$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Amanita muscaria/ }).waitFor();
  });

  it('the first stop skips to the content, and every stop shows that it has the focus', async () => {
    const page = await browser.newPage();
    await page.goto(sharedService());
    await isLive(page);

    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('#main');

    for (let stop = 0; stop < 10; stop++) {
      await page.keyboard.press('Tab');
      const shown = await page.evaluate(() => {
        const marks = (element: Element) => {
          const { outlineStyle, boxShadow } = getComputedStyle(element);
          return outlineStyle !== 'none' || boxShadow !== 'none';
        };
        // A visually hidden input is shown by its label.
        const element = document.activeElement!;
        return marks(element) || (element.parentElement !== null && marks(element.parentElement));
      });
      expect(shown).toBe(true);
    }
  });
});
