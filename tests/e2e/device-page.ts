// What the browser runs, bundled by device-without-page.ts: the built page's worker, without the page around it.
import { proxy, wrap, type Remote } from 'comlink';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';

interface DeviceIdentifier {
  prepare(onBytes: () => void): Promise<unknown>;
  identify(photos: Blob[], context: object): Promise<IdentificationResponse>;
}

declare global {
  /** Starts the worker at an address and has it fetch the model. */
  var prepareDevice: (worker: string) => Promise<void>;
  /** The answers of the device, and of the service, on the photo at an address; and the device's milliseconds. */
  var askBoth: (photo: string) => Promise<{ device: IdentificationResponse; service: IdentificationResponse }>;
  var askDevice: (photo: string | Blob) => Promise<{ device: IdentificationResponse; ms: number }>;
}

let device: Remote<DeviceIdentifier>;

globalThis.prepareDevice = async (worker) => {
  device = wrap<DeviceIdentifier>(new Worker(worker, { type: 'module' }));
  await device.prepare(proxy(() => {}));
};

const blobOf = async (photo: string | Blob) => (typeof photo === 'string' ? (await fetch(photo)).blob() : photo);

globalThis.askDevice = async (photo) => {
  const blob = await blobOf(photo);
  const started = performance.now();
  const answer = await device.identify([blob], {});
  return { device: answer, ms: performance.now() - started };
};

globalThis.askBoth = async (photo) => {
  const form = new FormData();
  form.append('image', await blobOf(photo), 'photo');
  const response = await fetch('/api/v1/identifications', { method: 'POST', body: form });
  if (!response.ok) throw new Error(`the service answered ${response.status} on ${photo}`);
  return {
    device: (await globalThis.askDevice(photo)).device,
    service: (await response.json()) as IdentificationResponse,
  };
};
