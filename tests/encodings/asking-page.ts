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
  /** Of the device, on the file as it is; only where it is asked for. */
  raw?: Answer;
}

/** What the page makes of a file, in base64; the code of why it takes none. */
type Drawn = { drawn: string } | { refused: string };

declare global {
  var drawFile: (address: string) => Promise<Drawn>;
  /** All answers on the file at an address. */
  var askAll: (address: string, raw: boolean) => Promise<{ answers: Answers; drawn: Drawn }>;
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

const hex = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16)).join(' ');

/** By checksum: of many encodings of a photo the page makes the same file, which is asked about once. */
const answered = new Map<string, Pick<Answers, 'page' | 'device'>>();

async function onDrawn(photo: Blob): Promise<Pick<Answers, 'page' | 'device'>> {
  const checksum = hex(await crypto.subtle.digest('SHA-256', await photo.arrayBuffer()));
  const known = answered.get(checksum);
  if (known) return known;
  const answers = { page: await ofService(photo), device: await ofDevice(photo) };
  answered.set(checksum, answers);
  return answers;
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // As many arguments as every engine takes.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

const fileAt = async (address: string) => (await fetch(address)).blob();

globalThis.drawFile = async (address) => {
  const shrunk = await shrinkPhoto(await fileAt(address));
  return 'photo' in shrunk ? { drawn: await base64(shrunk.photo) } : shrunk;
};

globalThis.askAll = async (address, raw) => {
  const file = await fileAt(address);
  const shrunk = await shrinkPhoto(file);
  const answers = {
    api: await ofService(file),
    ...('photo' in shrunk ? await onDrawn(shrunk.photo) : { page: shrunk, device: shrunk }),
    ...(raw && { raw: await ofDevice(file) }),
  };
  return { answers, drawn: 'photo' in shrunk ? { drawn: await base64(shrunk.photo) } : shrunk };
};
