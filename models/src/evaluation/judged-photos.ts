import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBackend } from '../bundle/backend.ts';
import { openBundle } from '../bundle/bundle-reader.ts';
import type { Bundle } from '../bundle/bundle.schema.ts';
import { droppedPaths, readDecisions } from '../cleaning/decisions.ts';
import { heldOutReference } from '../dataset/held-out-reference.ts';
import { readManifest, type PhotoRecord, type Split } from '../dataset/manifest.ts';
import { splitPhotos } from '../dataset/splits.ts';
import { parseSpeciesTable, type SpeciesTable } from '../taxonomy/species-table.ts';
import { withProgress } from '../terminal/progress.ts';
import { cachedLogits } from './cached-logits.ts';
import type { EvaluatedPhoto } from './evaluated-photo.ts';
import { newestBundle } from './newest-bundle.ts';

const MODELS = fileURLToPath(new URL('../../', import.meta.url));

/** `shift`: reference photos that training leaves out; like `field` they are from elsewhere, but to be tuned on. */
export const JUDGED_SETS = ['val', 'shift', 'field'] as const;
export type JudgedSet = (typeof JUDGED_SETS)[number];

/** A bundle with what it says of photos that it did not learn from. */
export interface JudgedPhotos {
  bundle: Bundle;
  table: SpeciesTable;
  sets: Record<JudgedSet, EvaluatedPhoto[]>;
}

/**
 * What every measurement on logits begins with: opens a bundle and the data, and runs the one over the other, with a
 * bar in the terminal, as far as no earlier run has. What cleaning dropped of the reference photos is left out: most
 * of it copies what training has.
 *
 * @param directory of the bundle; the newest of the registry where it is not given.
 * @param folder where logits are kept from run to run.
 * @throws Error where a file can't be read, or there is no photo of val or field.
 */
export async function judgedPhotos(
  data: string,
  directory?: string,
  folder = path.join(MODELS, 'build/logits'),
): Promise<JudgedPhotos> {
  const open = await openBundle(directory ?? (await newestBundle()));
  const { bundle } = open;
  const table = parseSpeciesTable(await readFile(path.join(MODELS, 'species.csv'), 'utf8'));
  const manifest = await readManifest(data);
  const split = splitPhotos(manifest.photos, bundle.provenance.seed);
  const heldOut = heldOutReference(split, bundle.provenance.seed);
  const dropped = droppedPaths(await readDecisions(path.join(MODELS, 'cleaning.csv')));
  const isToTuneOn = ({ file }: PhotoRecord) => heldOut.has(file) && !dropped.has(path.relative(manifest.root, file));
  const photos = split.filter((photo) => photo.split !== 'train' || isToTuneOn(photo));
  if (photos.length === 0) throw new Error(`${data}: no photos of val or field`);
  console.log(`bundle: ${bundle.name} ${bundle.version}, backend: ${await startBackend('auto')}`);
  const judged = await withProgress('logits', photos.length, (show) =>
    cachedLogits(open, photos, manifest.root, table, folder, show),
  );
  const ofSplit = (name: Split) => judged.filter((photo) => photo.split === name);
  // Most reference collections have one photo a species: only together do they make series.
  const shift = ofSplit('train').map((photo) => ({ ...photo, source: 'reference' }));
  return { bundle, table, sets: { val: ofSplit('val'), shift, field: ofSplit('field') } };
}
