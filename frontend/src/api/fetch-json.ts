import { jsonFrom } from './problem.ts';
import { getFacts } from './request-policy.ts';

/**
 * Gets JSON from the service, or from an earlier visit where the service takes too long.
 * @throws ApiProblem where there is no answer, or it is no success; AbortError where `signal` was aborted.
 */
export async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return jsonFrom<T>(await getFacts(path, signal));
}
