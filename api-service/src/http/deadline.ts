import type { Response } from 'express';
import { Problem } from '../problems.ts';

/** Until when whoever asks waits for the answer. */
export interface Deadline {
  /** Aborts when the deadline passes or the client goes. */
  signal: AbortSignal;
  /** `performance.now()` at which the answer comes too late. */
  at: number;
}

/** Gives a request up when its time is over, or when nobody is there to hear the answer. */
export function deadlineOf(response: Response, deadlineMs: number): Deadline {
  const at = performance.now() + deadlineMs;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Problem('deadline_exceeded', { retryAfter: 5 })), deadlineMs);
  response.once('close', () => {
    clearTimeout(timer);
    controller.abort(new Problem('client_closed'));
  });
  return { signal: controller.signal, at };
}
