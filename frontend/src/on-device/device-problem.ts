import { ApiProblem } from '../api/problem.ts';

/** What can go wrong on the device. With the service's problems it is all that asking can end in. */
const DEVICE_PROBLEMS = {
  model_not_here: 'The model is not on this device yet',
  model_stalled: 'No more of the model comes',
  model_damaged: 'The model on this device is damaged',
  no_room: 'There is no room for the model on this device',
  cancelled: 'The model was not fetched to the end',
  undecodable_photo: 'A photo can’t be read',
  pixels_hidden: 'This browser hides what a photo shows',
  device_failed: 'The model does not run on this device',
} as const;
export type DeviceProblemCode = keyof typeof DEVICE_PROBLEMS;

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

const isCode = (text: string): text is DeviceProblemCode => Object.hasOwn(DEVICE_PROBLEMS, text);

/** The code of whatever the worker threw, or died of. */
export function deviceProblemCode(error: unknown): DeviceProblemCode {
  const isOurs = error instanceof Error && error.name === 'DeviceError' && isCode(error.message);
  return isOurs ? (error.message as DeviceProblemCode) : 'device_failed';
}

/** The problem to show for it. */
export function deviceProblem(error: unknown): DeviceProblem {
  return error instanceof DeviceProblem ? error : new DeviceProblem(deviceProblemCode(error));
}

/** A problem that the device has, not the service. */
export class DeviceProblem extends ApiProblem {
  constructor(readonly code: DeviceProblemCode) {
    super({ code, status: code === 'undecodable_photo' ? 422 : 0, title: DEVICE_PROBLEMS[code] });
  }
}
