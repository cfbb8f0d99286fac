import type { Locator, Page } from 'playwright-core';

/** Chooses photos on the first page and asks about them; gives the answer once it is there. */
export async function identify(page: Page, ...photos: string[]): Promise<Locator> {
  await page.getByLabel('Choose photos').setInputFiles(photos);
  await page.getByRole('button', { name: 'Identify' }).click();
  const answer = page.getByRole('article', { name: 'Answer' });
  await answer.waitFor();
  return answer;
}
