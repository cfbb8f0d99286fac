// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeService, NEVER, type Reply } from '../testing/fake-service.ts';
import { ApiProblem } from './problem.ts';
import { EARLIER_FACTS_AFTER, get, getFacts, inTime, postPhotos, SILENCE, SLOW_AFTER } from './request-policy.ts';

// The other end is a real connection; the time passes when a test says so.

let service: FakeService;
let reply: Reply | Promise<never>;

beforeEach(async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  service = await FakeService.start();
  service.answer = () => reply;
  reply = { body: { species: 'Amanita muscaria' } };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await service.stop();
});

/** What became of it, at any time: undefined while it is waited for. */
function watch<T>(asked: Promise<T>) {
  const seen: { value?: T; problem?: string } = {};
  asked.then(
    (value) => (seen.value = value),
    (error: Error) => (seen.problem = error instanceof ApiProblem ? error.problem.code : error.name),
  );
  return seen;
}

/** Lets the connection work: its time is not the one that stands still. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
async function until(condition: () => unknown): Promise<void> {
  while (!condition()) await settle();
}
const received = () => until(() => service.received.length > 0);
const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settle();
};

const NETWORKS_THAT_SWALLOW: [string, () => Reply | Promise<never>][] = [
  ['never answers', () => NEVER],
  ['stops in the middle of the answer', () => ({ body: { species: 'Amanita muscaria' }, stalls: true })],
];

describe.each(NETWORKS_THAT_SWALLOW)('a network that %s', (_, swallowing) => {
  beforeEach(() => {
    reply = swallowing();
  });

  it('is waited for as long as the policy says, for a file', async () => {
    const seen = watch(get('/file', { silence: SILENCE.modelFile }));
    await received();
    await pass(SILENCE.modelFile - 1000);
    expect(seen).toEqual({});
    await pass(SILENCE.modelFile);
    await until(() => seen.problem);
    expect(seen).toEqual({ problem: 'no_answer' });
  });

  it('is slow first and given up then, for photos', async () => {
    const onSlow = vi.fn();
    const form = new FormData();
    form.append('image', new Blob(['photo']));
    const seen = watch(postPhotos('/photos', form, { onSlow, signal: new AbortController().signal }));
    await received();
    await pass(SLOW_AFTER - 1000);
    expect(onSlow).not.toHaveBeenCalled();
    await pass(1000);
    expect(onSlow).toHaveBeenCalledOnce();
    expect(seen).toEqual({});
    await pass(SILENCE.identification);
    await until(() => seen.problem);
    expect(seen).toEqual({ problem: 'no_answer' });
  });

  it('gives way to facts of an earlier visit', async () => {
    const earlier = new Response('{"species":"earlier"}');
    vi.stubGlobal('caches', { match: async (path: string) => (path === '/facts' ? earlier : undefined) });
    const seen = watch(getFacts('/facts'));
    await received();
    await pass(EARLIER_FACTS_AFTER - 1000);
    expect(seen).toEqual({});
    await pass(1000);
    expect(seen).toEqual({ value: earlier });
  });

  it('is waited for a little longer where there are none', async () => {
    const seen = watch(getFacts('/facts'));
    await received();
    await pass(EARLIER_FACTS_AFTER);
    expect(seen).toEqual({});
    await pass(SILENCE.facts);
    await until(() => seen.problem);
    expect(seen).toEqual({ problem: 'no_answer' });
  });

  it.each([
    ['a file', (signal: AbortSignal) => get('/file', { silence: SILENCE.modelFile, signal })],
    ['facts', (signal: AbortSignal) => getFacts('/facts', signal)],
    ['photos', (signal: AbortSignal) => postPhotos('/photos', new FormData(), { signal })],
  ])('is not waited for any more once that is cancelled, for %s', async (_what, ask) => {
    const controller = new AbortController();
    const seen = watch(ask(controller.signal));
    await received();
    controller.abort();
    await until(() => seen.problem);
    expect(seen).toEqual({ problem: 'AbortError' });
  });
});

it('goes on as long as bytes come, however few', async () => {
  reply = { body: { species: 'Amanita muscaria' }, stalls: true };
  const onBytes = vi.fn();
  const seen = watch(get('/file', { silence: SILENCE.modelFile, onBytes }));
  for (const calls of [1, 2, 3]) {
    await until(() => onBytes.mock.calls.length === calls);
    await pass(SILENCE.modelFile - 1000);
    expect(seen).toEqual({});
    service.drip();
  }
});

it('gives the whole answer, and counts its bytes', async () => {
  let bytes = 0;
  const response = await get('/file', { silence: SILENCE.modelFile, onBytes: (more) => (bytes += more) });
  const text = await response.text();
  expect(JSON.parse(text)).toEqual({ species: 'Amanita muscaria' });
  expect(bytes).toBe(text.length);
  expect(response.headers.get('content-type')).toBe('application/json');
});

it('sends nothing that was cancelled before', async () => {
  const signal = AbortSignal.abort();
  await expect(get('/file', { silence: SILENCE.facts, signal })).rejects.toThrow('abort');
  await expect(postPhotos('/photos', new FormData(), { signal })).rejects.toThrow('abort');
  await settle();
  expect(service.received).toEqual([]);
});

it('says that nobody answers where the service is not there', async () => {
  await service.stop();
  await expect(get('/file', { silence: SILENCE.facts })).rejects.toMatchObject({ problem: { code: 'unreachable' } });
  await expect(getFacts('/facts')).rejects.toMatchObject({ problem: { code: 'unreachable' } });
});

it('waits for other work as long as it is told to', async () => {
  const seen = watch(inTime(new Promise(() => undefined), 3000));
  await pass(2999);
  expect(seen).toEqual({});
  await pass(1);
  expect(seen).toEqual({ problem: 'no_answer' });
  expect(await inTime(Promise.resolve('done'), 3000)).toBe('done');
});
