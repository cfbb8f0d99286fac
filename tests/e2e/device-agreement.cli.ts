import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { startService } from '../service-process.ts';
import { compareAnswers, licensedPhotoNames } from './device-agreement.ts';
import { openDevice } from './device-without-page.ts';

// Asks the service and the device about every licensed photo, and fails where they say different things.

const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const service = await startService({ RATE_LIMIT: '0', LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium);
try {
  const device = await openDevice(browser, service.url);
  const { photos, disagreements, largestDifference } = await compareAnswers(device, await licensedPhotoNames());
  for (const disagreement of disagreements) console.log(disagreement);
  console.log(`${photos - disagreements.length} of ${photos} photos get the same decision, match and verdict.`);
  console.log(`Largest difference of a score: ${largestDifference.toPrecision(2)}.`);
  if (disagreements.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await service.stop();
}
