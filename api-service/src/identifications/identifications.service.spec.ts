import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundle } from '@mushroom/recognition/bundle/bundle-reader';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ModelInput } from '@mushroom/recognition/bundle/classifier';
import { parseSpeciesTable, type SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Outliner } from '../outlines/outliner.ts';
import { photoDecoder } from '../photos/decode-photo.ts';
import { identify } from './identifications.service.ts';

const MODELS = fileURLToPath(new URL('../../../models', import.meta.url));

let bundle: Bundle;
let table: SpeciesTable;
let photo: Buffer;
beforeAll(async () => {
  ({ bundle } = await openBundle(path.join(MODELS, 'registry/mushroom-classifier/3')));
  table = parseSpeciesTable(await readFile(path.join(MODELS, 'data/species.csv'), 'utf8'));
  photo = await readFile(path.join(MODELS, 'data/licensed/amanita-muscaria-1.jpg'));
});

/** What the classifier and the outliner are shown of a photo by a service whose classifier takes inputs of this size. */
async function shown(size: number, withOutline: boolean) {
  const classified: ModelInput[] = [];
  const outlined: ModelInput[] = [];
  const engine = {
    classify: async (inputs: readonly ModelInput[]) => {
      classified.push(...inputs);
      return { logits: inputs.map(() => new Float32Array(bundle.labels.length)), queueMs: 0, inferMs: 0 };
    },
  };
  const outliner: Pick<Outliner, 'outlines'> = {
    outlines: async (decode) => {
      const photos = await decode({ size: 224, fit: 'stretch' });
      outlined.push(...photos.map(({ input }) => input));
      return photos.map(() => null);
    },
  };
  const deadline = { signal: new AbortController().signal, at: Infinity };
  await identify([photo], {}, deadline, {
    bundle: { ...bundle, input: { size, fit: 'stretch' } },
    table,
    decodePhoto: photoDecoder(1),
    engine,
    noteStage: () => {},
    explain: false,
    alone: () => false,
    outliner: withOutline ? outliner : undefined,
  });
  return { classified, outlined };
}

describe('a classifier', () => {
  it.each([128, 224])('of %i pixels is shown the same whether or not an outline is asked for', async (size) => {
    const [plain, outlined] = [await shown(size, false), await shown(size, true)];
    expect(plain.classified[0]).toHaveLength(size * size * 3);
    expect(outlined.classified).toEqual(plain.classified);
  });
});

describe('an outliner', () => {
  it('is shown the same whatever the classifier takes', async () => {
    const [beside128, beside224] = [await shown(128, true), await shown(224, true)];
    expect(beside128.outlined[0]).toHaveLength(224 * 224 * 3);
    expect(beside224.outlined).toEqual(beside128.outlined);
  });
});
