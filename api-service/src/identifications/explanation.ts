import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ExplainedPhoto } from '@mushroom/recognition/bundle/classifier';
import type { Identification } from '@mushroom/recognition/decision/identification';
import { activationMap, labelWeights } from '@mushroom/recognition/explanation/activation-map';
import { onPhoto, veilOf } from '@mushroom/recognition/explanation/veil';
import type { Photo } from '@mushroom/recognition/preprocess/photo';
import sharp from 'sharp';
import type { PhotoExplanation } from './identifications.schema.ts';

/** Where in a photo the model looked for the first name of an answer, as a picture and as a place. */
export async function explanationOf(
  answer: Identification,
  { logits, classMaps }: ExplainedPhoto,
  photo: Pick<Photo, 'width' | 'height'>,
  bundle: Pick<Bundle, 'labels' | 'temperature' | 'input'>,
): Promise<PhotoExplanation> {
  const map = activationMap(classMaps, labelWeights(answer, logits, bundle));
  const { width, height, rgba } = veilOf(map, photo, bundle.input);
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    // Smooth as it is, filtering leaves so little that the fast level packs it as small as the slow one.
    .png({ compressionLevel: 2, adaptiveFiltering: true })
    .toBuffer();
  return {
    picture: `data:image/png;base64,${png.toString('base64')}`,
    peak: map.peak && onPhoto(map.peak, photo, bundle.input),
  };
}
