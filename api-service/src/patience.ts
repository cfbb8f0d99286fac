import type { Response } from 'express';
import { Problem } from './problems.ts';

/** How long whoever asks waits for the answer. */
export interface Patience {
  /** Aborts where the deadline passes or the client goes. */
  signal: AbortSignal;
  /** `performance.now()` at which the answer comes too late. */
  deadline: number;
}

/** Gives a request up when its time is over, or when nobody is there to hear the answer. */
export function patienceFor(response: Response, deadlineMs: number): Patience {
  const deadline = performance.now() + deadlineMs;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Problem('deadline_exceeded', { retryAfter: 5 })), deadlineMs);
  response.once('close', () => {
    clearTimeout(timer);
    controller.abort(new Problem('client_closed'));
  });
  return { signal: controller.signal, deadline };
}
