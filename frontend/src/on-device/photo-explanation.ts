import type { PhotoExplanation } from '@mushroom/api-service/identifications/identifications.schema';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ExplainedPhoto } from '@mushroom/recognition/bundle/classifier';
import type { Identification } from '@mushroom/recognition/decision/identification';
import { activationMap, labelWeights } from '@mushroom/recognition/explanation/activation-map';
import { onPhoto, veilOf } from '@mushroom/recognition/explanation/veil';

/** Where in a photo the model looked for the first name of an answer: what the service says of it with `explain=1`. */
export async function photoExplanation(
  answer: Identification,
  { logits, classMaps }: ExplainedPhoto,
  photo: { width: number; height: number },
  bundle: Bundle,
): Promise<PhotoExplanation> {
  const map = activationMap(classMaps, labelWeights(answer, logits, bundle));
  const { width, height, rgba } = veilOf(map, photo, bundle.input);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
  const png = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  return {
    picture: `data:image/png;base64,${btoa(String.fromCharCode(...png))}`,
    peak: map.peak && onPhoto(map.peak, photo, bundle.input),
  };
}
