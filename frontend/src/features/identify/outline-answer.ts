import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { sendPhotos, type Specimen } from './send-photos.api.ts';

type Outline = Exclude<IdentificationResponse['photos'][number]['outline'], undefined>;

/**
 * Asks the service about the same photos again, this time where in each of them the specimen is.
 * @returns one for each photo, in their order; null where nothing stands out.
 * @throws ApiProblem, or AbortError where `signal` was aborted.
 */
export async function outlineAnswer(
  { model }: IdentificationResponse,
  { photos }: Specimen,
  signal: AbortSignal,
): Promise<Outline[]> {
  const answer = await sendPhotos({ photos }, { signal }, { outline: true, model: model.version });
  return answer.photos.map(({ outline }) => outline ?? null);
}
