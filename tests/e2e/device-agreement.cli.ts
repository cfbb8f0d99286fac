import { measuringOptions } from '../bench/measuring-options.ts';
import { finish } from '../bench/report.ts';
import { servedBy, titleOf } from '../bench/served-models.ts';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { startService } from '../service-process.ts';
import { compareAnswers, licensedPhotoNames } from './device-agreement.ts';
import { openDevice } from './device-without-page.ts';

// Asks the service and the device about every licensed photo, and fails where they say different things.

const values = measuringOptions('agreement', {
  photos: { type: 'string', about: 'that are asked about, from the first on; all where not given' },
});

const chromium = findChromium();
if (!chromium) throw new Error(SKIP_NOTE);
const service = await startService({ RATE_LIMIT: '0', LOG_LEVEL: 'error' });
const browser = await launchChromium(chromium);
try {
  const device = await openDevice(browser, service.url);
  const names = (await licensedPhotoNames()).slice(0, values.photos ? Number(values.photos) : undefined);
  const { photos, disagreements, largestDifference } = await compareAnswers(device, names);
  for (const disagreement of disagreements) console.log(disagreement);
  console.log(`Largest difference of a score: ${largestDifference.toPrecision(2)}.`);
  const equal = photos - disagreements.length;
  const bound = {
    what: `${equal} of ${photos} photos get the same decision, match and verdict (all)`,
    holds: equal === photos,
  };
  const { model } = await servedBy(service);
  const recorded = () => ({ model: titleOf(model), photos, equal, largestDifference: roundedUp(largestDifference) });
  await finish('agreement', { photos, disagreements, largestDifference }, [bound], values.record && recorded);
} finally {
  await browser.close();
  await service.stop();
}

/** To one digit, so that none is larger than what is stated: 0.0000023 is 0.000003. */
function roundedUp(difference: number): number {
  const digit = 10 ** Math.floor(Math.log10(difference));
  return difference === 0 ? 0 : Number((Math.ceil(difference / digit) * digit).toPrecision(1));
}
