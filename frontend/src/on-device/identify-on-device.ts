import type { View } from '@mushroom/recognition/decision/identification';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { inDeviceWorker } from './device-worker.ts';
import { onDeviceStatus, prepareOnDevice } from './on-device-status.ts';

/** A photo, and what the person says that it shows. */
type Shown = { image: Blob; view: View | null };

/**
 * Photos of one specimen → the answer that the service would give, without sending anything. Fetches the model first
 * where it isn't on the device yet: the status tells how far that is.
 *
 * @param options.explain has each photo tell where in it the model looked.
 * @throws ApiProblem where the model or a photo can't be read; AbortError where `signal` was aborted.
 */
export async function identifyOnDevice(
  photos: readonly Shown[],
  signal: AbortSignal,
  { explain = false } = {},
): Promise<IdentificationResponse> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new DOMException('cancelled', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([answer(photos, explain), aborted]);
}

async function answer(photos: readonly Shown[], explain: boolean): Promise<IdentificationResponse> {
  const images = photos.map(({ image }) => image);
  const context = { views: photos.flatMap(({ view }) => view ?? []) };
  if ((await onDeviceStatus()).state !== 'ready') await prepareOnDevice();
  return inDeviceWorker((identifier) => identifier.identify(images, context, explain));
}
