import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { FAKE_CAMERA } from './fake-camera.ts';
import { sharedService } from './shared.ts';

const chromium = findChromium();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)(`the camera (${SKIP_NOTE})`, () => {
  async function withPage(switches: readonly string[], options: object, test: (page: Page) => Promise<void>) {
    const browser: Browser = await launchChromium(chromium!, switches);
    try {
      const page = await browser.newPage(options);
      await page.goto(sharedService());
      await test(page);
    } finally {
      await browser.close();
    }
  }

  const shutter = (page: Page) => page.getByRole('button', { name: 'Take the photo' }).and(page.locator(':enabled'));

  it('on a phone, takes one view after the other, each photo knowing what it shows, up to an answer', async () => {
    await withPage(FAKE_CAMERA, PHONE, async (page) => {
      await page.getByRole('button', { name: 'Take photos' }).click();
      for (const [number, view] of ['Whole', 'Cap', 'Underside'].entries()) {
        await shutter(page).click();
        await page.getByRole('img', { name: `Photo ${number + 1}` }).waitFor();
        await page.getByRole('radio', { name: `${view}, Photographed` }).waitFor();
      }
      await page.getByRole('button', { name: 'Identify' }).click();
      const answer = page.getByRole('article', { name: 'Answer' });
      await answer.waitFor();
      expect(await answer.getByRole('list', { name: 'Your photos' }).getByRole('listitem').count()).toBe(3);
    });
  });

  it('starts with the view that was asked for, and is let go of when one is done', async () => {
    await withPage(FAKE_CAMERA, PHONE, async (page) => {
      await page.getByRole('button', { name: 'Add a photo: Stem base' }).click();
      await shutter(page).waitFor();
      const track = await page.evaluateHandle(() => {
        const stream = document.querySelector('video')!.srcObject as MediaStream;
        return stream.getVideoTracks()[0]!;
      });
      expect(await track.evaluate(({ readyState }) => readyState)).toBe('live');
      await shutter(page).click();
      await page.getByRole('img', { name: 'Photo 1' }).waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      expect(await page.getByLabel('What photo 1 shows').inputValue()).toBe('stem_base');
      expect(await track.evaluate(({ readyState }) => readyState)).toBe('ended');
    });
  });

  it('is started again where it was taken away, and takes no photo of what is black or gone', async () => {
    await withPage(FAKE_CAMERA, PHONE, async (page) => {
      await page.getByRole('button', { name: 'Take photos' }).click();
      await shutter(page).waitFor();
      await page.evaluate(() => {
        const [track] = (document.querySelector('video')!.srcObject as MediaStream).getVideoTracks();
        track!.stop();
        // As where a call takes it: by `stop` alone a page is not told.
        track!.dispatchEvent(new Event('ended'));
      });
      const again = page.getByRole('button', { name: 'Start the camera again' });
      await again.or(shutter(page)).waitFor();
      if (await again.isVisible()) {
        await page.getByText('camera was taken away').waitFor();
        await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      }
      await shutter(page).click();
      await page.getByRole('img', { name: 'Photo 1' }).waitFor();

      await page.evaluate(() => {
        const canvas = document.createElement('canvas');
        canvas.getContext('2d')!.fillRect(0, 0, canvas.width, canvas.height);
        const video = document.querySelector('video')!;
        const camera = video.srcObject;
        video.srcObject = canvas.captureStream(10);
        setInterval(() => canvas.getContext('2d')!.fillRect(0, 0, 1, 1), 50);
        Object.assign(window, { camera });
        return video.play();
      });
      await shutter(page).click();
      await page.getByText('The picture is black').waitFor();
      await page.evaluate(() => {
        const video = document.querySelector('video')!;
        video.srcObject = (window as unknown as { camera: MediaStream }).camera;
        return video.play();
      });
      await shutter(page).click();
      await page.getByRole('img', { name: 'Photo 2' }).waitFor();
      expect(await page.getByRole('img', { name: 'Photo 3' }).count()).toBe(0);
    });
  });

  it('where it is refused, says so and leaves the camera app', async () => {
    await withPage(['--use-fake-device-for-media-stream', '--deny-permission-prompts'], PHONE, async (page) => {
      await page.getByRole('button', { name: 'Take photos' }).click();
      await page.getByText('may not use the camera').waitFor();
      await page.getByLabel('Use the camera app').setInputFiles(FLY_AGARIC);
      await page.getByRole('img', { name: 'Photo 1' }).waitFor();
    });
  });

  it('on a desktop, does not push itself in front of the photos that are there', async () => {
    await withPage(FAKE_CAMERA, { viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.getByText('Choose photos').waitFor();
      expect(await page.getByRole('button', { name: 'Take photos' }).isVisible()).toBe(false);
    });
  });
});
