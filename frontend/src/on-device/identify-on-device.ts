import type { Context } from '@mushroom/models/decision/decide';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { inDeviceWorker } from './device-worker.ts';
import { onDeviceStatus, prepareOnDevice } from './on-device-status.ts';

/**
 * Photos of one specimen → the answer that the service would give, without sending anything. Fetches the model first
 * where it isn't on the device yet: the status tells how far that is.
 *
 * @throws ApiProblem where the model or a photo can't be read; AbortError where `signal` was aborted.
 */
export async function identifyOnDevice(
  photos: readonly Blob[],
  context: Context,
  signal: AbortSignal,
): Promise<IdentificationResponse> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new DOMException('cancelled', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([answer(photos, context), aborted]);
}

async function answer(photos: readonly Blob[], context: Context): Promise<IdentificationResponse> {
  if ((await onDeviceStatus()).state !== 'ready') await prepareOnDevice();
  return inDeviceWorker((identifier) => identifier.identify([...photos], context));
}
