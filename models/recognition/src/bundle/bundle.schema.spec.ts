import { describe, expect, it } from 'vitest';
import { bundleSchema, goldenSchema } from './bundle.schema.ts';
import { TINY_FACTS } from './testing/tiny-facts.ts';

const valid = {
  schemaVersion: 1,
  name: 'mushroom-classifier',
  version: '12',
  created: '2026-01-02T03:04:05.678Z',
  input: { size: 224, fit: 'stretch' },
  signature: { input: 'image', logits: 'logits', features: 'features' },
  labels: [
    { kind: 'species', taxon: 'Amanita muscaria', genus: 'Amanita', family: 'Amanitaceae' },
    { kind: 'other_in_genus', genus: 'Amanita', family: 'Amanitaceae' },
    { kind: 'not_a_mushroom' },
  ],
  temperature: 1.1,
  thresholds: { mushroom: 0.5, species: 0.6, genus: 0.7 },
  costs: TINY_FACTS.costs,
  provenance: {
    backbone: 'a-network',
    trainingData: { sha256: 'abc', photos: 100, labels: 3 },
    codeRevision: 'def',
    seed: 1,
  },
  files: { 'graph/model.json': { bytes: 10, sha256: 'a'.repeat(64) } },
};

describe('what bundle.json may say', () => {
  it('is accepted where it is whole, and comes back unchanged', () => {
    expect(bundleSchema.parse(valid)).toEqual(valid);
  });

  it.each<[string, object, string]>([
    ['a later schema', { schemaVersion: 2 }, 'schemaVersion'],
    ['a name that is no folder name', { name: '../elsewhere' }, 'name'],
    ['a version that is no number', { version: 'latest' }, 'version'],
    ['version 0', { version: '0' }, 'version'],
    ['a version with leading zeros', { version: '01' }, 'version'],
    ['a date without a time', { created: '2026-01-02' }, 'created'],
    ['an input of half a pixel', { input: { size: 0.5, fit: 'stretch' } }, 'input.size'],
    ['an unknown way to fit', { input: { size: 224, fit: 'pad' } }, 'input.fit'],
    ['a single label', { labels: valid.labels.slice(0, 1) }, 'labels'],
    ['a label of unknown kind', { labels: [...valid.labels, { kind: 'family' }] }, 'labels.3.kind'],
    [
      'a species without its name',
      { labels: [{ kind: 'species', genus: 'A', family: 'B' }, valid.labels[1]] },
      'labels.0.taxon',
    ],
    ['a temperature of zero', { temperature: 0 }, 'temperature'],
    ['a threshold above 1', { thresholds: { ...valid.thresholds, genus: 1.1 } }, 'thresholds.genus'],
    ['a missing threshold', { thresholds: { mushroom: 0.5, species: 0.6 } }, 'thresholds.genus'],
    [
      'an error that costs nothing',
      { costs: { ...valid.costs, dangerousCalledHarmless: 0 } },
      'costs.dangerousCalledHarmless',
    ],
    ['a checksum that is none', { files: { 'golden.json': { bytes: 1, sha256: 'abc' } } }, 'files.golden.json.sha256'],
    ['no list of files', { files: undefined }, 'files'],
  ])('is refused with the place named: %s', (_, change, place) => {
    const result = bundleSchema.safeParse({ ...valid, ...change });
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([place]);
  });
});

describe('what golden.json may say', () => {
  it('is refused with a tolerance of zero or scores that are no numbers', () => {
    const golden = { tolerance: 0.001, cases: [{ name: 'grey', rgb: 'gICA', scores: [0.5, 0.5] }] };
    expect(goldenSchema.parse(golden)).toEqual(golden);
    expect(goldenSchema.safeParse({ ...golden, tolerance: 0 }).success).toBe(false);
    expect(
      goldenSchema.safeParse({ tolerance: 0.001, cases: [{ name: 'grey', rgb: 'gICA', scores: [null] }] }).success,
    ).toBe(false);
  });
});
