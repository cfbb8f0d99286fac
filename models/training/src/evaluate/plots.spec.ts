import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { evaluatePhotos } from './evaluation.ts';
import { plotsOf } from './plots.ts';
import { model, photoOf, table } from './testing/synthetic-photos.ts';

const edulis = [0.95, 0.01, 0.001, 0.001, 0.018, 0.02];
const letalis = [0.02, 0.02, 0.9, 0.02, 0.02, 0.02];
const val = [
  photoOf('Bonus edulis', edulis),
  photoOf('Malus letalis', edulis),
  photoOf('Malus letalis', letalis),
  photoOf('Malus gravis', letalis),
];
const field = [photoOf('Bonus edulis', letalis, { split: 'field' })];
const history = [
  { epoch: 1, trainLoss: 3.2, valLoss: 3.4 },
  { epoch: 2, trainLoss: 2.1, valLoss: 2.9 },
];

describe('the plots', () => {
  it('are pictures that a renderer reads, one a path of the bundle', async () => {
    const plots = await plotsOf(evaluatePhotos([...val, ...field], model, table), history);
    expect(Object.keys(plots).sort()).toEqual([
      'plots/abstention.svg',
      'plots/genus-confusion-field.svg',
      'plots/genus-confusion-val.svg',
      'plots/reliability.svg',
      'plots/training.svg',
    ]);
    for (const svg of Object.values(plots)) {
      const { width, height } = await sharp(Buffer.from(svg)).metadata();
      expect(width).toBeGreaterThan(100);
      expect(height).toBeGreaterThan(100);
    }
  });

  it('show the genera with their photos, and the share that each is taken for', async () => {
    const plots = await plotsOf(evaluatePhotos(val, model, table));
    const confusion = plots['plots/genus-confusion-val.svg'];
    expect(confusion).toContain('Malus (3)');
    expect(confusion).toContain('67%');
    expect(confusion).toContain('33%');
  });

  it('show the calibration error that was measured', async () => {
    const evaluation = evaluatePhotos(val, model, table);
    const ece = (evaluation.splits.val!.calibration.knownSpecies.ece! * 100).toFixed(1);
    expect((await plotsOf(evaluation))['plots/reliability.svg']).toContain(`, val: ${ece} %`);
  });

  it('leave out what there is nothing of', async () => {
    const plots = await plotsOf(evaluatePhotos(val, model, table));
    expect(Object.keys(plots).sort()).toEqual([
      'plots/abstention.svg',
      'plots/genus-confusion-val.svg',
      'plots/reliability.svg',
    ]);
  });

  it('show an epoch whose loss on val is not known by its training loss alone', async () => {
    const plots = await plotsOf(evaluatePhotos(val, model, table), [{ epoch: 1, trainLoss: 3.2, valLoss: Number.NaN }]);
    expect(plots['plots/training.svg']).not.toContain('NaN');
  });
});
