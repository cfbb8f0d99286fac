import autocannon from 'autocannon';
import { uploadOf } from './upload.ts';

/** How a service is asked. Each client sends its next photo when it has the answer to the last. */
export interface Load {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  /** A JPEG. */
  photo: Buffer<ArrayBuffer>;
  /** How often the photo is in a request; once where not given. */
  photos?: number;
  clients: number;
  /** Seconds that it goes on, or the requests after which it ends. */
  until: { seconds: number } | { requests: number };
  /** Requests a second of all clients together, all at the beginning of each; as many as they can where not given. */
  perSecond?: number;
  onAnswer?: (answer: Answer, answered: number) => void;
}

export interface Answer {
  status: number;
  /** The code of the problem where the answer is not 200. */
  problem: string | undefined;
  /** From the request's first byte to the answer's last. */
  ms: number;
  /** When it came, in milliseconds since the load began. */
  at: number;
}

export interface Answers {
  answers: Answer[];
  seconds: number;
  /** Requests that got no answer: refused or broken connections, and those that took half a minute. */
  unanswered: number;
}

const PATIENCE_SECONDS = 30;

/** Sends photos to a service, and gives every answer. */
export async function answersUnder({
  url,
  photo,
  photos,
  clients,
  until,
  perSecond,
  onAnswer,
}: Load): Promise<Answers> {
  const upload = await uploadOf(url, photo, photos);
  const answers: Answer[] = [];
  let body = '';
  const started = performance.now();
  const options: autocannon.Options = {
    url: upload.url.href,
    connections: clients,
    timeout: PATIENCE_SECONDS,
    ...('seconds' in until ? { duration: until.seconds } : { amount: until.requests }),
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: [
      {
        method: 'POST',
        path: upload.url.pathname,
        headers: { 'content-type': upload.contentType },
        body: upload.body,
        // Called straight before the event below, which does not have the body.
        onResponse: (_status, text) => {
          body = text;
        },
      },
    ],
  };
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error, result) => (error ? reject(error as Error) : resolve(result)));
    running.on('response', (_client, status, _bytes, ms) => {
      const answer = {
        status,
        problem: problemIn(status, body),
        ms,
        at: performance.now() - started,
      };
      answers.push(answer);
      onAnswer?.(answer, answers.length);
    });
  });
  // It ends on a whole second, the answers do not.
  return { answers, seconds: (answers.at(-1)?.at ?? 0) / 1000, unanswered: errors };
}

/** The code of the problem that an answer tells of; undefined where it tells of none. */
export function problemIn(status: number, body: string): string | undefined {
  if (status === 200) return undefined;
  try {
    return String((JSON.parse(body) as { code?: string }).code);
  } catch {
    return 'no_problem_document';
  }
}

/** Turned away at once, before any work: the client is told to come back. */
const REFUSALS = ['overloaded', 'not_ready', 'rate_limited'];

export const isRefusal = ({ problem }: Answer) => problem !== undefined && REFUSALS.includes(problem);

/** How many answers there were of each kind: `{ "200": 912, "503 overloaded": 88 }`. */
export function outcomesOf(answers: readonly Answer[]): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { status, problem } of answers) {
    const outcome = problem === undefined ? String(status) : `${status} ${problem}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}
