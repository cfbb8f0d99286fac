import { createHash } from 'node:crypto';
import { nearDuplicates } from '../clean/near-duplicates.ts';
import type { Backbone } from '../network/backbone.ts';
import { cachedMaps } from './cached-maps.ts';
import { LEVELS, type FeatureMaps } from './feature-levels.ts';
import { groupsOf } from './folds.ts';
import { maskedView, readMaskedPhoto, type MaskedViewKind } from './masked-view.ts';
import { COMPARED_SIDE } from './outline-fit.ts';
import { maskSide } from './outline-network.ts';
import type { SpecimenMask } from './specimen-masks.ts';
import type { MaskedMaps } from './train-decoder.ts';

/** A photo with everything that training and judging need of it. */
export interface PreparedPhoto extends SpecimenMask {
  /** The whole photo first, then random views of it. */
  views: MaskedMaps[];
  /** The mask on the grid that outlines are judged on. */
  mask: Float32Array;
  /** Near-duplicates have the same. */
  group: number;
}

const AUGMENT = { minArea: 0.35, colour: 0.25 };
/** Cosine of pooled features from which two photos are frames of one scene; at 0.95 only true ones are left. */
const SAME_SCENE = 0.95;

/** Reads photos and masks, makes their views and lets the frozen backbone look at them. */
export async function preparePhotos(
  masks: readonly SpecimenMask[],
  backbone: Backbone,
  options: { views: number; seed: number; cache: string },
): Promise<{ photos: PreparedPhoto[]; sha256: string }> {
  const { views, seed, cache } = options;
  const hash = createHash('sha256');
  const side = maskSide(backbone);
  const kindsOf = (photo: string): MaskedViewKind[] => [
    { kind: 'plain' },
    ...Array.from({ length: views }, (_, view) => ({
      kind: 'random' as const,
      seed: `${seed}/${photo}/${view}`,
      augment: AUGMENT,
    })),
  ];
  const inputs: Uint8Array[] = [];
  const targets: Float32Array[] = [];
  const compared: Float32Array[] = [];
  for (const mask of masks) {
    const masked = await readMaskedPhoto(mask);
    hash.update(`${mask.path}\t${mask.label}\t${mask.verdict}\t${mask.redrawn ?? ''}\n`);
    hash.update(masked.photo.rgb).update(masked.mask.rgb);
    for (const kind of kindsOf(mask.path)) {
      const { input, target } = maskedView(masked, kind, backbone.inputSize, side);
      inputs.push(input);
      targets.push(target);
    }
    compared.push(maskedView(masked, { kind: 'plain' }, backbone.inputSize, COMPARED_SIDE).target);
  }
  const maps = await cachedMaps(backbone, inputs, cache, 'feature maps');
  const perPhoto = views + 1;
  const groups = groupsOf(masks.length, sameScenes(masks.map((_, photo) => maps[photo * perPhoto]!)));
  const photos = masks.map((mask, photo) => ({
    ...mask,
    views: Array.from({ length: perPhoto }, (_, view) => ({
      maps: maps[photo * perPhoto + view]!,
      target: targets[photo * perPhoto + view]!,
    })),
    mask: compared[photo]!,
    group: groups[photo]!,
  }));
  return { photos, sha256: hash.digest('hex') };
}

/** Pairs of photos whose coarsest feature maps have, on average, the same direction. */
function sameScenes(plain: readonly FeatureMaps[]): { a: number; b: number }[] {
  const { channels } = LEVELS.at(-1)!;
  const values = new Float32Array(plain.length * channels);
  plain.forEach((maps, photo) => {
    const coarsest = maps.at(-1)!;
    coarsest.forEach((value, place) => (values[photo * channels + (place % channels)]! += value));
  });
  return nearDuplicates({ rows: plain.length, width: channels, values }, SAME_SCENE);
}
