import type { EvaluatedPhoto } from '../evaluate/evaluated-photo.ts';
import type { Agreement } from '@mushroom/recognition/bundle/evaluation.schema';
import { shareOf } from '@mushroom/recognition/bundle/proportion';

/**
 * Compares the answers of two models with the same classes.
 * @param before and after: the same photos in the same order.
 */
export function agreementOf(before: readonly EvaluatedPhoto[], after: readonly EvaluatedPhoto[]): Agreement {
  const pairs = before.map((photo, index) => [photo, after[index]!] as const);
  const known = pairs.filter(([photo]) => photo.knownSpecies);
  return {
    sameBest: shareOf(pairs, ([one, other]) => bestClass(one) === bestClass(other)),
    top1Before: shareOf(known, ([photo]) => isRight(photo)),
    top1Now: shareOf(known, ([, photo]) => isRight(photo)),
  };
}

const isRight = (photo: EvaluatedPhoto) => photo.classes.includes(bestClass(photo));

function bestClass({ logits }: EvaluatedPhoto): number {
  return logits.indexOf(Math.max(...logits));
}
