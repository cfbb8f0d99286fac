import { ApiProblem } from '../api/problem.ts';

/** What can go wrong on the device. With the service's problems it is all that asking can end in. */
const DEVICE_PROBLEMS = [
  'model_not_here',
  'model_stalled',
  'model_damaged',
  'no_room',
  'cancelled',
  'undecodable_photo',
  /** The browser gives noise for what was drawn. */
  'pixels_hidden',
  'device_failed',
] as const;
export type DeviceProblemCode = (typeof DEVICE_PROBLEMS)[number];

/** Thrown in the worker. Of an error, its name and its message reach the page: the code is the message. */
export class DeviceError extends Error {
  override name = 'DeviceError';

  constructor(
    readonly code: DeviceProblemCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

const codeIn = (text: string) => DEVICE_PROBLEMS.find((code) => code === text);

/** The code of whatever the worker threw, or died of. */
export function deviceProblemCode(error: unknown): DeviceProblemCode {
  const ours = error instanceof Error && error.name === 'DeviceError' ? codeIn(error.message) : undefined;
  return ours ?? 'device_failed';
}

/** The problem to show for it. */
export function deviceProblem(error: unknown): DeviceProblem {
  return error instanceof DeviceProblem ? error : new DeviceProblem(deviceProblemCode(error));
}

/** A problem that the device has, not the service; the page has a title of its own for each. */
export class DeviceProblem extends ApiProblem {
  constructor(readonly code: DeviceProblemCode) {
    super({ code, status: code === 'undecodable_photo' ? 422 : 0, title: code });
  }
}
