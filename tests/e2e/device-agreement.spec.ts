import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { compareAnswers, licensedPhotoNames } from './device-agreement.ts';
import { openDevice } from './device-without-page.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

// All of them take a minute (device-agreement.cli.ts): every eighth is asked about here.
const photos = (await licensedPhotoNames()).filter((_, index) => index % 8 === 0);

describe.skipIf(!hasBrowser)(`the device and the service, in a browser (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let device: Page;

  beforeAll(async () => {
    browser = await openBrowser();
    device = await openDevice(browser, sharedService());
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('say the same of licensed photos', async () => {
    expect(photos.length).toBeGreaterThan(20);
    const { disagreements, largestDifference } = await compareAnswers(device, photos);
    expect(disagreements).toEqual([]);
    expect(largestDifference).toBeLessThan(1e-3);
  });

  it('both refuse what is no photo, and go on', async () => {
    const noPhoto = '/manifest.webmanifest';
    await expect(device.evaluate((address) => globalThis.askDevice(address), noPhoto)).rejects.toThrow(
      'undecodable_photo',
    );
    await expect(device.evaluate((address) => globalThis.askBoth(address), noPhoto)).rejects.toThrow('415');
    expect((await compareAnswers(device, photos.slice(0, 1))).disagreements).toEqual([]);
  });
});
