import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { identify } from './identify.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** The colours of everything visible whose hue is green: between yellow and cyan, and not near grey. */
function greensOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const isGreen = (color: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data as unknown as [number, number, number, number];
      const most = Math.max(r, g, b);
      const chroma = most - Math.min(r, g, b);
      return a > 25 && g === most && chroma > 40 && chroma / most > 0.25 && g - r > 20 && g - b > 20;
    };
    const greens = new Set<string>();
    for (const element of document.querySelectorAll('main, main *')) {
      const style = getComputedStyle(element);
      for (const property of ['color', 'backgroundColor', 'borderTopColor', 'fill', 'stroke'] as const) {
        if (isGreen(style[property])) greens.add(`${element.tagName} ${property} ${style[property]}`);
      }
    }
    return [...greens];
  });
}

describe.skipIf(!hasBrowser)(`nothing looks like "safe" (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('green would be noticed', async () => {
    const page = await browser.newPage();
    await page.setContent('<main><p style="color: green">safe</p></main>');
    expect(await greensOn(page)).toContain('P color rgb(0, 128, 0)');
  });

  it.each(['light', 'dark'] as const)('no answer and no verdict of any kind is green (%s)', async (colorScheme) => {
    const page = await browser.newPage({ colorScheme });
    await page.goto(sharedService());
    await identify(page, FLY_AGARIC);
    expect(await greensOn(page)).toEqual([]);

    for (const toxicity of [
      'deadly',
      'poisonous',
      'psychoactive',
      'caution',
      'inedible',
      'not_known_poisonous',
      'unknown',
    ]) {
      await page.goto(`${sharedService()}/species?toxicity=${toxicity}`);
      await page.getByRole('main').getByRole('listitem').first().waitFor();
      expect(await greensOn(page)).toEqual([]);
    }
    await page.close();
  });
});
