import { noAnswer, unreachable } from './problem.ts';

// How long the page waits, for everything that it waits for: a network may take bytes and carry none, and then
// nobody but the page itself ends the waiting. Every request goes through this file; the linter knows no other way.

/** What an answer about photos may take before the page says that it is slow, and offers the device. */
export const SLOW_AFTER = 5000;

/** What facts may take before those that were fetched earlier are shown, where there are any. */
export const EARLIER_FACTS_AFTER = 4000;

/** The longest time without a byte, sent or received, after which a request is given up. In milliseconds, as all here. */
export const SILENCE = {
  identification: 12_000,
  /** Of species, of models, which version is served. */
  facts: 8000,
  /** Files of the model, and of the page's code that runs it. */
  modelFile: 20_000,
} as const;

/**
 * Until the page's own code has to be there: as `import()` and workers tell nothing of the bytes on their way, this has
 * to be enough for a network that is only slow.
 */
export const CODE_WITHIN = 60_000;

/** Until a photo has to be read from where it lies: in a cloud, it is fetched first. */
export const FILE_WITHIN = 60_000;

interface RequestOptions {
  /** The longest time without a byte. */
  silence: number;
  /** Ends the request, at any time. */
  signal?: AbortSignal;
  headers?: Record<string, string>;
  cache?: RequestCache;
  /** Called with how many more bytes are here. */
  onBytes?: (more: number) => void;
}

/**
 * GETs an address, the whole answer: once it is given, nothing of it is waited for any more.
 * @throws ApiProblem `no_answer`, `unreachable` or `offline`; what `signal` was aborted for.
 */
export async function get(address: string, { silence, signal, onBytes, ...init }: RequestOptions): Promise<Response> {
  const watch = watchSilence(silence, signal);
  try {
    const response = await fetch(address, { ...init, signal: watch.signal });
    watch.heard();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      watch.heard();
      onBytes?.(part.value.byteLength);
      chunks.push(part.value);
    }
    const { status, headers } = response;
    // Some statuses may have no body, not even an empty one.
    return new Response(chunks.length > 0 ? new Blob(chunks) : null, { status, headers });
  } catch {
    signal?.throwIfAborted();
    throw watch.signal.aborted ? noAnswer() : unreachable();
  } finally {
    watch.end();
  }
}

/**
 * GETs facts. Those of an earlier visit, which the service worker keeps, are given where fresh ones take too long or
 * break off.
 * @throws as `get`.
 */
export async function getFacts(path: string, signal?: AbortSignal): Promise<Response> {
  const fresh = get(path, { silence: SILENCE.facts, signal, headers: { accept: 'application/json' } });
  try {
    return await inTime(fresh, EARLIER_FACTS_AFTER);
  } catch {
    signal?.throwIfAborted();
    // What still comes is kept by the service worker for the next time; what fails is no news any more.
    return (await earlierFacts(path)) ?? fresh;
  } finally {
    fresh.catch(() => {});
  }
}

/** Null where there are none; on http, browsers keep none. */
async function earlierFacts(path: string): Promise<Response | null> {
  if (!('caches' in globalThis)) return null;
  return (await caches.match(path).catch(() => undefined)) ?? null;
}

export interface Watching {
  /** Called with the share of the body that is sent, 0…1. */
  onSent?: (share: number) => void;
  /** Called once the answer takes long. */
  onSlow?: () => void;
  signal: AbortSignal;
}

/**
 * POSTs photos; the answer may be any. By XMLHttpRequest, since fetch can't tell how much of a body is sent.
 * @throws as `get`.
 */
export function postPhotos(path: string, body: FormData, { onSent, onSlow, signal }: Watching): Promise<Response> {
  const watch = watchSilence(SILENCE.identification, signal);
  const slow = setTimeout(() => onSlow?.(), SLOW_AFTER);
  const answered = new Promise<XMLHttpRequest>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    let sent = 0;
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (loaded > sent) watch.heard();
      sent = loaded;
      if (lengthComputable) onSent?.(loaded / total);
    };
    request.upload.onload = () => onSent?.(1);
    request.onprogress = watch.heard;
    request.onload = () => resolve(request);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.aborted ? (signal.reason as Error) : noAnswer());
    watch.signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
    else request.send(body);
  });
  return answered.then(responseOf).finally(() => {
    clearTimeout(slow);
    watch.end();
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ['content-type', 'retry-after']) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(request.responseText || null, { status: request.status, headers });
}

/**
 * Waits for work that can't be told to end, such as `import()`, for so long.
 * @throws ApiProblem `no_answer` where it is not done by then.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer()), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A signal that is aborted where nothing is heard for so long, or another one is aborted. */
function watchSilence(milliseconds: number, other?: AbortSignal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, milliseconds);
  if (other?.aborted) abort();
  other?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, milliseconds);
    },
    end: () => {
      clearTimeout(timer);
      other?.removeEventListener('abort', abort);
    },
  };
}
