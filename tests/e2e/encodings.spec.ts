import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readPhotoFile } from '@mushroom/recognition/photo-file/photo-file';
import { PhotoRefusal } from '@mushroom/recognition/photo-file/photo-refusal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { openAsking, summaryOf, type Asking } from '../encodings/ask-encodings.ts';
import { levelsApart } from '../encodings/levels-apart.ts';
import { ENCODINGS, type Encoding } from '../encodings/encodings.ts';
import { FLY_AGARIC, licensedPhoto } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

// verify-encodings.cli.ts asks about sixty photos in all of them. None of these has a score at a threshold.
const PHOTOS = ['amanita-muscaria-1.jpg', 'amanita-phalloides-1.jpg', 'boletus-edulis-1.jpg'];
const ASKED_IN = ['JPEG, orientation 7', 'JPEG, 1 % missing', 'PNG, Display P3 by its profile', 'WebP, lossy'];
/** A level: where they are half see-through, Chromium rounds, and sharp cuts off. */
const LEVELS: Record<string, number> = { 'PNG, half see-through': 1 };
const fixture = (name: string) => path.join(import.meta.dirname, '../encodings/fixtures', name);

describe.skipIf(!hasBrowser)(`photos in every encoding, in a browser (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let asking: Asking;

  beforeAll(async () => {
    browser = await openBrowser();
    asking = await openAsking(browser, sharedService());
  });
  afterAll(() => browser?.close());

  it.each(ENCODINGS)('give service and page the same pixels, or are refused by both: $name', async (encoding) => {
    const file = await encoding.encode(await readFile(FLY_AGARIC));
    const drawn = await asking.draw(file);
    if (!Buffer.isBuffer(drawn)) {
      expect(drawn).toEqual({ refused: encoding.refused });
      expect(() => readPhotoFile(file)).toThrow(new PhotoRefusal(encoding.refused!));
    } else {
      expect(encoding.refused).toBeUndefined();
      expect(await levelsApart(file, drawn)).toBe(LEVELS[encoding.name] ?? 0);
    }
  });

  async function expectOneAnswer({ encode, refused }: Encoding): Promise<void> {
    for (const photo of PHOTOS) {
      const { answers } = await asking.ask(await encode(await readFile(licensedPhoto(photo))), true);
      const said = Object.values(answers).map(summaryOf);
      expect(said).toHaveLength(4);
      expect(new Set(said), photo).toHaveLength(1);
      expect(said[0] === 'refused').toBe(refused !== undefined);
    }
  }

  const isAsked = ({ name }: Encoding) => ASKED_IN.includes(name);

  it.each(ENCODINGS.filter(isAsked))('get one answer from service, page and device: $name', expectOneAnswer);

  it.skipIf(!process.env.CI).each(ENCODINGS.filter((encoding) => !isAsked(encoding)))(
    'get one answer, too, which takes minutes and needs CI to be set: $name',
    expectOneAnswer,
  );

  /** Colours of the middles of four quarters of the first photo, as the page shows it. */
  const quarters = (page: Page) =>
    page.getByRole('img', { name: 'Photo 1' }).evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      context.drawImage(image, 0, 0);
      const at = (x: number, y: number) => [...context.getImageData(x * width, y * height, 1, 1).data].slice(0, 3);
      return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
    });

  it.each(['quarters.heic', 'quarters-p3.heic'])(
    'are decoded by the page where they are HEIC, by what is fetched for it alone: %s',
    async (name) => {
      const page = await browser.newPage();
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(request.url()));
      await page.goto(sharedService());
      await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      expect(fetched.filter((address) => /heic/.test(address))).toEqual([]);
      await page.getByLabel('Choose photos').setInputFiles(fixture(name));
      const colours = await quarters(page);
      expect(fetched.filter((address) => /heic/.test(address))).toHaveLength(1);
      const wanted = ['c83c28', '3ca050', '3c50b4', 'f0dcb4'].map((hex) => [...Buffer.from(hex, 'hex')]);
      const off = colours.flatMap((colour, i) =>
        colour.map((value, channel) => Math.abs(value - wanted[i]![channel]!)),
      );
      expect(Math.max(...off), JSON.stringify(colours)).toBeLessThanOrEqual(4);
      await page.close();
    },
  );

  it('are refused with a sentence where they are JPEG XL, or HEIC that is damaged', async () => {
    const page = await browser.newPage();
    await page.goto(sharedService());
    const heic = await readFile(fixture('quarters.heic'));
    await page.getByLabel('Choose photos').setInputFiles([
      { name: 'quarters.jxl', mimeType: 'image/jxl', buffer: await readFile(fixture('quarters.jxl')) },
      { name: 'half.heic', mimeType: 'image/heic', buffer: heic.subarray(0, heic.length / 2) },
    ]);
    const refused = page.getByRole('alert');
    await refused.getByText('quarters.jxl is no photo this page can read').waitFor();
    await refused.getByText('half.heic is an HEIC photo, which this browser can’t open').waitFor();
    const { answers } = await asking.ask(await readFile(fixture('quarters.jxl')));
    expect([answers.page, answers.api]).toEqual([{ refused: 'unsupported_photo' }, { refused: 'unsupported_photo' }]);
    await page.close();
  });

  it('say where their end is missing', async () => {
    const page = await browser.newPage();
    await page.goto(sharedService());
    const photo = await ENCODINGS.find(({ name }) => name === 'JPEG')!.encode(await readFile(FLY_AGARIC));
    const buffer = photo.subarray(0, Math.round(photo.length * 0.99));
    await page.getByLabel('Choose photos').setInputFiles({ name: 'cut.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByText('cut.jpg ends early').waitFor();
    await page.getByRole('button', { name: 'Identify' }).click();
    await page.getByRole('article', { name: 'Answer' }).waitFor();
    await page.close();
  });
});
