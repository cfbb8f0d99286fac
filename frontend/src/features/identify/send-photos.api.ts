import type { View } from '@mushroom/recognition/decision/identification';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { problemFrom, unreachable } from '../../api/problem.ts';

export interface Specimen {
  photos: readonly { image: Blob; view: View | null }[];
}

export interface Watching {
  /** Called with the share of the upload that is sent, 0…1. */
  onSent: (share: number) => void;
  signal: AbortSignal;
}

/** What is asked beside the answer. */
export interface Asking {
  /** Has each photo tell where in it the model looked. */
  explain?: true;
  /** Has each photo tell where in it the specimen is. */
  outline?: true;
  /** The version of the model that is to be asked. */
  model: string;
}

/**
 * `POST /api/v1/identifications`.
 * @throws ApiProblem where there is no answer, or it is no success; AbortError where `signal` was aborted.
 */
export async function sendPhotos(
  specimen: Specimen,
  watching: Watching,
  asking?: Asking,
): Promise<IdentificationResponse> {
  const request = await post(`/api/v1/identifications${queryOf(asking)}`, formOf(specimen), watching);
  const isJson = request.getResponseHeader('content-type')?.includes('json');
  if (request.status !== 200 || !isJson) {
    throw problemFrom(request.status, request.responseText, request.getResponseHeader('retry-after'));
  }
  return JSON.parse(request.responseText) as IdentificationResponse;
}

function queryOf(asking: Asking | undefined): string {
  if (!asking) return '';
  const { explain, outline, model } = asking;
  return `?${new URLSearchParams({ ...(explain && { explain: '1' }), ...(outline && { outline: '1' }), model })}`;
}

/** By XMLHttpRequest, since fetch can't tell how much of a body is sent. */
function post(path: string, body: FormData, { onSent, signal }: Watching): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) onSent(loaded / total);
    };
    request.upload.onload = () => onSent(1);
    request.onload = () => resolve(request);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

function formOf({ photos }: Specimen): FormData {
  const form = new FormData();
  // The name of the file on the device is nobody's business.
  photos.forEach(({ image }, index) => form.append('image', image, `photo-${index + 1}`));
  for (const view of new Set(photos.map((photo) => photo.view))) if (view) form.append('views', view);
  return form;
}
