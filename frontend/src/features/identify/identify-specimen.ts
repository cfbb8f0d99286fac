import type { GivenAnswer } from '../../api/given-answer.ts';
import { ApiProblem } from '../../api/problem.ts';
import { identifyOnDevice } from '../../on-device/identify-on-device.ts';
import { keepsPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { onDeviceStatus } from '../../on-device/on-device-status.ts';
import { sendPhotos, type Specimen } from './send-photos.api.ts';

export interface Asked {
  /** Called with the share of the upload that is sent, 0…1. */
  onSent: (share: number) => void;
  /** Called with true once the service takes long, with false where it is not waited for any more. */
  onSlow: (slow: boolean) => void;
  /** Aborted where the person does not want to wait for the service, but have the device look. */
  device: AbortSignal;
  /** Ends all of it. */
  signal: AbortSignal;
}

/**
 * Asks the service about a specimen; the model on this device where the person wants it so, or where no answer comes
 * from the service and the model is here.
 * @throws ApiProblem, or AbortError where `signal` was aborted.
 */
export async function identifySpecimen(specimen: Specimen, asked: Asked): Promise<GivenAnswer> {
  if (keepsPhotosOnDevice()) return onDevice(specimen, asked);
  const { signal, device, onSent, onSlow } = asked;
  const sending = new AbortController();
  for (const ending of [signal, device]) {
    ending.addEventListener('abort', () => sending.abort(ending.reason), { once: true });
  }
  try {
    const watching = { onSent, onSlow: () => onSlow(true), signal: sending.signal };
    return { ...(await sendPhotos(specimen, watching)), onDevice: false };
  } catch (error) {
    signal.throwIfAborted();
    const instead = device.aborted || (isUnreachable(error) && (await onDeviceStatus()).state === 'ready');
    if (instead) return onDevice(specimen, asked);
    throw error;
  }
}

/** No answer, or one that a proxy gave because the service didn't. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && (error.problem.status === 0 || /^http_50[234]$/.test(error.problem.code));
}

async function onDevice({ photos }: Specimen, { onSent, onSlow, signal }: Asked): Promise<GivenAnswer> {
  // Nothing is sent: what is left is to look at them.
  onSent(1);
  onSlow(false);
  return { ...(await identifyOnDevice(photos, signal)), onDevice: true };
}
