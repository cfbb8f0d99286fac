import type { Locator, Page } from 'playwright-core';

/** Waits until the page has taken the place of the first screen that is in its HTML. */
export async function isLive(page: Page): Promise<void> {
  await page.locator('main:not([data-first-screen] *)').waitFor();
}

/** Chooses photos on the first page and asks about them; gives the answer once it is there. */
export async function identify(page: Page, ...photos: string[]): Promise<Locator> {
  await page.getByLabel('Choose photos').setInputFiles(photos);
  await page.getByRole('button', { name: 'Identify' }).click();
  const answer = page.getByRole('article', { name: 'Answer' });
  await answer.waitFor();
  return answer;
}

/** Opens the page again as a new tab would, where nothing is kept of what was asked before. */
export async function startAfresh(page: Page): Promise<void> {
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(page.url());
}
