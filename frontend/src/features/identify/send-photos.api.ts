import type { View } from '@mushroom/recognition/decision/identification';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { jsonFrom } from '../../api/problem.ts';
import { postPhotos, type Watching } from '../../api/request-policy.ts';

export interface Specimen {
  photos: readonly { image: Blob; view: View | null }[];
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
  const path = `/api/v1/identifications${queryOf(asking)}`;
  return jsonFrom<IdentificationResponse>(await postPhotos(path, formOf(specimen), watching));
}

function queryOf(asking: Asking | undefined): string {
  if (!asking) return '';
  const { explain, outline, model } = asking;
  return `?${new URLSearchParams({ ...(explain && { explain: '1' }), ...(outline && { outline: '1' }), model })}`;
}

function formOf({ photos }: Specimen): FormData {
  const form = new FormData();
  // The name of the file on the device is nobody's business.
  photos.forEach(({ image }, index) => form.append('image', image, `photo-${index + 1}`));
  for (const view of new Set(photos.map((photo) => photo.view))) if (view) form.append('views', view);
  return form;
}
