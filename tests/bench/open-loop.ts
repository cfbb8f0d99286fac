import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemIn, type Answer, type Answers } from './load.ts';
import { uploadOf } from './upload.ts';

/** How a service is asked by many who do not know of each other: nobody waits until another has been answered. */
export interface Arrivals {
  /** Such as `http://127.0.0.1:40123`. */
  url: string;
  /** A JPEG. */
  photo: Buffer<ArrayBuffer>;
  perSecond: number;
  seconds: number;
  /**
   * Connections, open from the start as a gateway holds them. A request that finds all of them busy waits for one, and
   * its time begins when it has it.
   */
  connections: number;
}

export interface AnswersToArrivals extends Answers {
  /** Milliseconds that this process was late for its own events: what it may have added to an answer's time. */
  generatorDelay: { p50: number; p99: number; max: number };
}

const PATIENCE_MS = 30_000;

async function answerTo(url: URL, options: RequestOptions, body?: Buffer): Promise<Omit<Answer, 'at'>> {
  let started = 0;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = request(url, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
    asking.once('socket', () => (started = performance.now()));
    asking.once('response', resolve).once('error', reject).end(body);
  });
  const answer = await text(response);
  const status = response.statusCode!;
  return { status, problem: problemIn(status, answer), ms: performance.now() - started };
}

/**
 * Sends photos as a Poisson process, as independent clients do: each at its own moment, whatever became of those before.
 * Clients that keep time send in step, and then measure how long the service takes for all of them. To be run in a
 * process that does nothing else meanwhile.
 */
export async function answersToArrivals(arrivals: Arrivals): Promise<AnswersToArrivals> {
  const { url, photo, perSecond, seconds, connections } = arrivals;
  const upload = await uploadOf(url, photo);
  const headers = { 'content-type': upload.contentType, 'content-length': upload.body.length };
  // In turn, so that none is idle for so long that the service closes it.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  await Promise.all(Array.from({ length: connections }, () => answerTo(new URL('/livez', url), { agent })));

  const answers: Answer[] = [];
  let unanswered = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const ask = async () => {
    try {
      const answer = await answerTo(upload.url, { method: 'POST', headers, agent }, upload.body);
      answers.push({ ...answer, at: performance.now() - began });
    } catch {
      unanswered++;
    }
  };
  const asked: Promise<void>[] = [];
  for (let due = 0; due < seconds * 1000; due -= (Math.log(1 - Math.random()) * 1000) / perSecond) {
    const early = began + due - performance.now();
    if (early > 1) await sleep(early);
    asked.push(ask());
  }
  await Promise.all(asked);
  delay.disable();
  agent.destroy();
  const ms = (nanoseconds: number) => nanoseconds / 1e6;
  return {
    answers,
    seconds,
    unanswered,
    generatorDelay: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
  };
}
