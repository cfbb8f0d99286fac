// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '../../api/problem.ts';
import { keepsPhotosOnDevice, setKeepPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { FakeService, NEVER, type Reply } from '../../testing/fake-service.ts';
import { identifySpecimen, type Asked } from './identify-specimen.ts';

// What the device answers is tested in a real browser (tests/e2e/on-device.spec.ts): here there is no such browser, so
// that asking the device shows as its problem.

let service: FakeService;
let reply: Reply | Promise<never>;
beforeEach(async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  service = await FakeService.start();
  reply = { body: flyAgaricAnswer };
  service.answer = () => reply;
});
afterEach(async () => {
  setKeepPhotosOnDevice(false);
  await service.stop();
});

function ask(asked: Partial<Asked> = {}) {
  const specimen = { photos: [{ image: new Blob(['photo']), view: null }] };
  const { signal } = new AbortController();
  return identifySpecimen(specimen, { onSent: () => {}, onSlow: () => {}, device: signal, signal, ...asked });
}

async function codeOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => new Error('no error'),
    (reason: Error) => reason,
  );
  return error instanceof ApiProblem ? error.problem.code : error.message;
}

it('asks the service, and says that the answer is the service’s', async () => {
  expect(await ask()).toEqual({ ...flyAgaricAnswer, onDevice: false });
});

it('sends nothing where photos are to be kept on the device, whatever comes of it', async () => {
  setKeepPhotosOnDevice(true);
  expect(await codeOf(ask())).toBe('device_failed');
  expect(service.received).toEqual([]);
});

it('leaves what the service refused refused: the device would judge no better', async () => {
  reply = { status: 422, headers: { 'content-type': 'application/problem+json' }, body: { code: 'photo_too_small' } };
  expect(await codeOf(ask())).toBe('photo_too_small');
});

it('says that the service can’t be reached where the model is not here either', async () => {
  await service.stop();
  expect(await codeOf(ask())).toBe('unreachable');
});

it('asks the device where the person does not want to wait for the service', async () => {
  reply = NEVER;
  const device = new AbortController();
  const onSlow = vi.fn();
  const code = codeOf(ask({ device: device.signal, onSlow }));
  await vi.waitUntil(() => service.received.length > 0);
  device.abort();
  expect(await code).toBe('device_failed');
  expect(onSlow).toHaveBeenLastCalledWith(false);
});

it('asks nobody any more once that is cancelled', async () => {
  reply = NEVER;
  const whole = new AbortController();
  const asked = ask({ signal: whole.signal });
  await vi.waitUntil(() => service.received.length > 0);
  whole.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

it('remembers the choice', () => {
  setKeepPhotosOnDevice(true);
  expect(keepsPhotosOnDevice()).toBe(true);
  setKeepPhotosOnDevice(false);
  expect(keepsPhotosOnDevice()).toBe(false);
});

it('keeps to the choice as long as the page is open where the browser stores nothing', () => {
  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked });
  try {
    setKeepPhotosOnDevice(true);
    expect(keepsPhotosOnDevice()).toBe(true);
    setKeepPhotosOnDevice(false);
    expect(keepsPhotosOnDevice()).toBe(false);
  } finally {
    vi.unstubAllGlobals();
  }
});
