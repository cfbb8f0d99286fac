import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService } from '../service-process.ts';
import { hasBrowser, openBrowser } from './shared.ts';

describe.skipIf(!hasBrowser)(`when the service dies under the page (${SKIP_NOTE})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('the page says so, keeps the photos, and gets its answer once the service is back', async () => {
    const service = await startService();
    const page = await browser.newPage();
    await page.goto(service.url);
    await page.getByLabel('Choose photos').setInputFiles(FLY_AGARIC);
    await page.getByRole('button', { name: 'Identify' }).waitFor();

    service.process.kill('SIGKILL');
    await once(service.process, 'exit');
    await page.getByRole('button', { name: 'Identify' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'can’t be reached' });
    await notice.waitFor();

    const again = await startService({ PORT: new URL(service.url).port });
    try {
      await notice.getByRole('button', { name: 'Try again' }).click();
      const answer = page.getByRole('article', { name: 'Answer' });
      await answer.waitFor();
      expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(/^(Poisonous|Deadly)$/);
    } finally {
      await again.stop();
    }
  });
});
