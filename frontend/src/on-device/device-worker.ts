import { wrap, type Remote } from 'comlink';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';
import type { DeviceIdentifier } from './device-identifier.ts';
import { DeviceError, deviceProblem } from './device-problem.ts';

interface RunningWorker {
  identifier: Remote<DeviceIdentifier>;
  /** Rejects where the worker's code can't be loaded, or it dies. */
  died: Promise<never>;
  end: (error: Error) => void;
}

let running: RunningWorker | undefined;

function start(): RunningWorker {
  const worker = new Worker(new URL('./on-device.worker.ts', import.meta.url), { type: 'module', name: 'on-device' });
  let reject: (error: Error) => void;
  const died = new Promise<never>((_, fail) => {
    reject = fail;
  });
  const end = (error: Error) => {
    running = undefined;
    worker.terminate();
    reject(error);
  };
  worker.addEventListener('error', (event) => end(new Error(event.message || 'the worker did not start')));
  // Its first message says that its code is here: of a file that never comes, the browser says nothing.
  const started = new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
  inTime(started, CODE_WITHIN).catch(() => end(new DeviceError('model_stalled')));
  // Where nobody is waiting, its death is no news: the next call starts another.
  died.catch(() => {});
  return { identifier: wrap<DeviceIdentifier>(worker), died, end };
}

/**
 * Has the worker do something; starts it where it isn't running.
 * @throws ApiProblem where that fails, or the worker dies meanwhile.
 */
export async function inDeviceWorker<T>(job: (identifier: Remote<DeviceIdentifier>) => Promise<T>): Promise<T> {
  running ??= start();
  try {
    return await Promise.race([job(running.identifier), running.died]);
  } catch (error) {
    throw deviceProblem(error);
  }
}

/** Ends the worker, and with it everything that it fetches. What waits for it fails with `cancelled`. */
export function stopDeviceWorker(): void {
  running?.end(new DeviceError('cancelled'));
}
