import type { PhotoExplanation } from '@mushroom/api-service/identifications/identifications.schema';
import type { GivenAnswer } from '../../api/given-answer.ts';
import { identifyOnDevice } from '../../on-device/identify-on-device.ts';
import { keepsPhotosOnDevice } from '../../on-device/keep-on-device.ts';
import { sendPhotos, type Specimen } from './send-photos.api.ts';

/**
 * Asks who gave an answer about the same photos again, this time where in each of them it looked: by itself an answer
 * does not tell, and so comes no later.
 * @returns one for each photo, in their order.
 * @throws ApiProblem, or AbortError where `signal` was aborted.
 */
export async function explainAnswer(
  { onDevice, model }: GivenAnswer,
  { photos }: Specimen,
  signal: AbortSignal,
): Promise<(PhotoExplanation | undefined)[]> {
  const answer =
    onDevice || keepsPhotosOnDevice()
      ? await identifyOnDevice(photos, signal, { explain: true })
      : await sendPhotos({ photos }, { signal }, { explain: true, model: model.version });
  return answer.photos.map(({ explanation }) => explanation);
}
