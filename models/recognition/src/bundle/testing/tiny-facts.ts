import type { Bundle } from '../bundle.schema.ts';

/** What the bundle of a very small model says of itself. */
export const TINY_FACTS: Omit<Bundle, 'schemaVersion' | 'files'> = {
  name: 'tiny-classifier',
  version: '1',
  created: '2026-01-02T03:04:05Z',
  input: { size: 1, fit: 'stretch' },
  signature: { input: 'image', logits: 'logits', features: 'features' },
  labels: [{ kind: 'species', taxon: 'Aus bus', genus: 'Aus', family: 'Aaceae' }, { kind: 'not_a_mushroom' }],
  temperature: 1,
  thresholds: { mushroom: 0.5, species: 0.5, genus: 0.5 },
  costs: {
    dangerousCalledHarmless: 100,
    harmlessCalledDangerous: 1,
    dangerousCalledUnknown: 1,
    harmlessCalledUnknown: 0.5,
    understated: 10,
    overstated: 1,
  },
  provenance: {
    backbone: 'none',
    trainingData: { sha256: '', photos: 0, labels: 0 },
    codeRevision: '',
    seed: 1,
  },
};
