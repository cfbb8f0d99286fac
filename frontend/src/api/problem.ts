/** An RFC 9457 problem as the service sends it, or as the page makes it where no answer came. */
export interface Problem {
  /** Stable name of the kind of problem. */
  code: string;
  /** HTTP status; 0 where no answer came. */
  status: number;
  title: string;
  detail?: string;
  /** Seconds to wait before another try, where the service says so. */
  retryAfter?: number;
}

export class ApiProblem extends Error {
  override name = 'ApiProblem';

  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** One that the page found by itself: it has a title of its own for each. */
const ownProblem = (code: string) => new ApiProblem({ code, status: 0, title: code });

/** No answer at all: the device is offline, or the service is down. */
export const unreachable = () => ownProblem(navigator.onLine === false ? 'offline' : 'unreachable');

/** The network takes what is sent and carries nothing, or nothing more. */
export const noAnswer = () => ownProblem('no_answer');

/**
 * The JSON of a whole answer.
 * @throws ApiProblem where it is no success, or no JSON.
 */
export async function jsonFrom<T>(response: Response): Promise<T> {
  const body = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  if (!response.ok || !isJson) throw problemFrom(response.status, body, response.headers.get('retry-after'));
  return JSON.parse(body) as T;
}

/**
 * The problem in an answer that is no success, whatever its body is: a proxy on the way may answer with a page.
 * @param body the answer's text.
 * @param retryAfter the `Retry-After` header, in seconds.
 */
export function problemFrom(status: number, body: string, retryAfter: string | null): ApiProblem {
  const sent = parsed(body);
  const seconds = Number(retryAfter);
  return new ApiProblem({
    code: typeof sent.code === 'string' ? sent.code : `http_${status}`,
    status,
    title: typeof sent.title === 'string' ? sent.title : 'The service gave an answer this page doesn’t understand',
    detail: typeof sent.detail === 'string' ? sent.detail : undefined,
    retryAfter: seconds > 0 ? seconds : undefined,
  });
}

function parsed(body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
