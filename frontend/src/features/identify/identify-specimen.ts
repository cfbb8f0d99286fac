import type { GivenAnswer } from '../../api/given-answer.ts';
import { ApiProblem } from '../../api/problem.ts';
import { identifyOnDevice } from '../../on-device/identify-on-device.ts';
import { keepsPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { onDeviceStatus } from '../../on-device/on-device-status.ts';
import { sendPhotos, type Specimen, type Watching } from './send-photos.api.ts';

/**
 * Asks the service about a specimen; the model on this device where the person wants it so, or where the service can't
 * be reached and the model is here.
 * @throws ApiProblem, or AbortError where `signal` was aborted.
 */
export async function identifySpecimen(specimen: Specimen, watching: Watching): Promise<GivenAnswer> {
  if (keepsPhotosOnDevice()) return onDevice(specimen, watching);
  try {
    return { ...(await sendPhotos(specimen, watching)), onDevice: false };
  } catch (error) {
    if (isUnreachable(error) && (await onDeviceStatus()).state === 'ready') return onDevice(specimen, watching);
    throw error;
  }
}

/** No answer, or one that a proxy gave because the service didn't. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && (error.problem.status === 0 || /^http_50[234]$/.test(error.problem.code));
}

async function onDevice({ photos }: Specimen, { onSent, signal }: Watching): Promise<GivenAnswer> {
  // Nothing is sent: what is left is to look at them.
  onSent(1);
  return { ...(await identifyOnDevice(photos, signal)), onDevice: true };
}
