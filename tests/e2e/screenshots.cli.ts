// `npm run screenshots`: takes the pictures of docs/images/ anew, from the running page with a licensed photo.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { repository, startService } from '../service-process.ts';
import { identify } from './identify.ts';

const images = path.join(repository, 'docs/images');
const DEVICES = [
  ['phone', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }],
  ['desktop', { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 }],
] as const;

const chromium = findChromium();
if (!chromium) {
  console.error(`The screenshots: ${SKIP_NOTE}`);
  process.exit(1);
}

await mkdir(images, { recursive: true });
const service = await startService();
const browser = await launchChromium(chromium);
for (const [device, options] of DEVICES) {
  const page = await browser.newPage({ ...options, reducedMotion: 'reduce', colorScheme: 'light' });
  await page.goto(service.url);
  await identify(page, FLY_AGARIC);
  await page.waitForLoadState('networkidle');
  const picture = path.join(images, `answer-${device}.png`);
  await page.screenshot({ path: picture });
  console.log(path.relative(repository, picture));
  await page.close();
}
await browser.close();
await service.stop();
