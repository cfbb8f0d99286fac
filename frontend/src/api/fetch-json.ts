import { problemFrom, unreachable } from './problem.ts';

/**
 * Gets JSON from the service.
 * @throws ApiProblem where there is no answer, or it is no success; AbortError where `signal` was aborted.
 */
export async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json' }, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  const body = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  if (!response.ok || !isJson) throw problemFrom(response.status, body, response.headers.get('retry-after'));
  return JSON.parse(body) as T;
}
