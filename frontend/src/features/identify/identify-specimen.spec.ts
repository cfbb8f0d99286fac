// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '../../api/problem.ts';
import { keepsPhotosOnDevice, setKeepPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { FakeService, type Reply } from '../../testing/fake-service.ts';
import { identifySpecimen } from './identify-specimen.ts';

// What the device answers is tested in a real browser (tests/e2e/on-device.spec.ts): here there is no such browser, so
// that asking the device shows as its problem.

let service: FakeService;
let reply: Reply;
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

function ask() {
  const specimen = { photos: [{ image: new Blob(['photo']), view: null }] };
  return identifySpecimen(specimen, { onSent: () => {}, signal: new AbortController().signal });
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
