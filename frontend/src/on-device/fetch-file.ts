import { ApiProblem } from '../api/problem.ts';
import { get, SILENCE } from '../api/request-policy.ts';
import { DeviceError } from './device-problem.ts';

/**
 * Fetches a file that the device needs to look at photos.
 * @throws DeviceError `model_not_here` where it can't be fetched, `model_stalled` where no more of it comes.
 */
export async function fetchFile(
  address: string,
  options: { cache?: RequestCache; onBytes?: (more: number) => void } = {},
): Promise<ArrayBuffer> {
  const response = await get(address, { silence: SILENCE.modelFile, ...options }).catch(notFetched);
  if (!response.ok) throw new DeviceError('model_not_here');
  return response.arrayBuffer();
}

/** The device's problem in place of the request's. */
export function notFetched(error: unknown): never {
  const stalled = error instanceof ApiProblem && error.problem.code === 'no_answer';
  throw new DeviceError(stalled ? 'model_stalled' : 'model_not_here', { cause: error });
}
