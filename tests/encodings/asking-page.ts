// What the browser runs beside e2e/device-page.ts, bundled by ask-encodings.ts: the page's own way with a file.
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { shrinkPhoto } from '../../frontend/src/features/photos/shrink-photo.ts';

/** An answer, or the code of why there is none. */
export type Answer = IdentificationResponse | { refused: string };

export interface Answers {
  /** Of the service, on the file as it is. */
  api: Answer;
  /** Of the service, on what the page makes of the file. */
  page: Answer;
  /** Of the device, on what the page makes of the file. */
  device: Answer;
  /** Of the device, on the file as it is. */
  raw?: Answer;
}

declare global {
  /** All answers on the file at an address; `raw` only where it is asked for. */
  var askAll: (file: string, raw: boolean) => Promise<Answers>;
}

async function ofService(file: Blob): Promise<Answer> {
  const form = new FormData();
  form.append('image', file, 'photo');
  const response = await fetch('/api/v1/identifications', { method: 'POST', body: form });
  const body = (await response.json()) as IdentificationResponse & { code: string };
  return response.ok ? body : { refused: body.code };
}

async function ofDevice(file: Blob): Promise<Answer> {
  try {
    return (await globalThis.askDevice(file)).device;
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

globalThis.askAll = async (address, raw) => {
  const file = await (await fetch(address)).blob();
  const shrunk = await shrinkPhoto(file);
  const [page, device] =
    'photo' in shrunk ? [await ofService(shrunk.photo), await ofDevice(shrunk.photo)] : [shrunk, shrunk];
  return { api: await ofService(file), page, device, ...(raw && { raw: await ofDevice(file) }) };
};
