import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

async function drop(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { x, y } = (await page.getByText('Choose photos').boundingBox())!;
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data: { items: [], files, dragOperationsMask: 1 } });
  }
}

describe.skipIf(!hasBrowser)(`files as they are dropped (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(path.join(tmpdir(), 'dropped-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  it('a folder, and a file that was moved meanwhile, are named, and the photos beside them go on', async () => {
    const [inside, moved] = [path.join(folder, 'a-folder'), path.join(folder, 'moved.jpg')];
    await mkdir(inside);
    await writeFile(path.join(inside, 'x.txt'), 'x');
    await copyFile(FLY_AGARIC, moved);
    const page = await browser.newPage();
    await page.goto(sharedService());
    await page.getByText('Choose photos').waitFor();
    // Photos are read one after the other: while the first one is, a stick may be pulled out.
    await page.exposeFunction('pullOut', () => rm(moved, { force: true }));
    await page.evaluate(() => {
      const decode = window.createImageBitmap.bind(window) as (photo: Blob) => Promise<ImageBitmap>;
      window.createImageBitmap = async (photo: unknown) => {
        await (window as unknown as { pullOut(): Promise<void> }).pullOut();
        return decode(photo as Blob);
      };
    });
    await drop(page, [inside, FLY_AGARIC, moved]);
    await page.getByRole('img', { name: 'Photo 1' }).waitFor();
    const refused = page.getByRole('alert');
    await refused.getByText('a-folder can’t be read').waitFor();
    await page.waitForTimeout(1500);
    await refused.getByText('moved.jpg can’t be read').waitFor();
    expect(await page.getByText('Preparing the photos…').count()).toBe(0);
    await page.getByRole('button', { name: 'Identify' }).click();
    await page.getByRole('article', { name: 'Answer' }).waitFor();
  });
});
