import { wrap, type Remote } from 'comlink';
import type { DeviceIdentifier } from './device-identifier.ts';
import { deviceProblem } from './device-problem.ts';

interface RunningWorker {
  identifier: Remote<DeviceIdentifier>;
  /** Rejects where the worker's code can't be loaded, or it dies. */
  died: Promise<never>;
}

let running: RunningWorker | undefined;

function start(): RunningWorker {
  const worker = new Worker(new URL('./on-device.worker.ts', import.meta.url), { type: 'module', name: 'on-device' });
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      running = undefined;
      worker.terminate();
      reject(new Error(event.message || 'the worker did not start'));
    });
  });
  // Where nobody is waiting, its death is no news: the next call starts another.
  died.catch(() => {});
  return { identifier: wrap<DeviceIdentifier>(worker), died };
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
