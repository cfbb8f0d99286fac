import * as vega from 'vega';
import { percent, splitsOf } from './figure-rows.ts';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { EpochLosses } from '@mushroom/recognition/bundle/experiment';
import type { Evaluation, SplitEvaluation } from '@mushroom/recognition/bundle/evaluation.schema';

/** From the palette of Okabe & Ito (2008), which people with any colour vision can tell apart. */
export const BLUE = '#0072B2';
const ORANGE = '#D55E00';

const CONFIG = {
  background: 'white',
  font: 'sans-serif',
  view: { stroke: '#cccccc' },
  axis: { gridColor: '#eeeeee', labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
  title: { fontSize: 15, anchor: 'start', subtitleColor: '#555555', subtitleFontSize: 12, offset: 12 },
  legend: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
} as const;

const SPLIT_COLOUR = {
  field: 'split',
  type: 'nominal' as const,
  title: null,
  scale: { domain: ['val', 'test'], range: [BLUE, ORANGE] },
};

const SHARE = { type: 'quantitative' as const, scale: { domain: [0, 1] }, axis: { format: '.0%' } };

/** A chart as SVG, in the style of all charts of the project. */
export async function svgOf(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile({ config: CONFIG, ...spec }).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function confusion(split: string, { genusConfusion: { genera, pairs } }: SplitEvaluation): TopLevelSpec {
  const totals = new Map<string, number>();
  for (const { actual, count } of pairs) totals.set(actual, (totals.get(actual) ?? 0) + count);
  const rows = genera.map((genus) => `${genus} (${totals.get(genus)})`);
  const values = pairs.map(({ actual, predicted, count }) => ({
    actual: rows[genera.indexOf(actual)],
    predicted,
    share: count / totals.get(actual)!,
  }));
  const x = { field: 'predicted', type: 'nominal', title: 'predicted', axis: { labelAngle: -60 } } as const;
  const y = { field: 'actual', type: 'nominal', title: 'actual (photos)', sort: rows } as const;
  return {
    title: {
      text: `Which genus is taken for which: ${split}`,
      subtitle: ['The genus with the greatest score; share of the photos of the actual genus.'],
    },
    data: { values },
    width: 22 * (genera.length + 1),
    height: 22 * genera.length,
    encoding: {
      x: { ...x, sort: genera, scale: { domain: [...genera, 'another genus'] } },
      y,
    },
    layer: [
      {
        mark: 'rect',
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'share',
            // From white, so that a single photo gone astray looks as little as it is.
            scale: { domain: [0, 1], range: ['#ffffff', '#6baed6', '#08306b'], interpolate: 'lab' },
            legend: { format: '.0%' },
          },
        },
      },
      {
        transform: [{ filter: 'datum.share >= 0.1' }],
        mark: { type: 'text', fontSize: 9 },
        encoding: {
          text: { field: 'share', type: 'quantitative', format: '.0%' },
          color: { condition: { test: 'datum.share > 0.5', value: 'white' }, value: '#333333' },
        },
      },
    ],
  };
}

const PANELS = {
  knownSpecies: 'species, of those the model has',
  anySpecies: 'species, of all',
  genus: 'genus, of those the model has',
} as const;

function reliability(evaluation: Evaluation): TopLevelSpec {
  const splits = splitsOf(evaluation);
  const values = splits.flatMap(({ name: split, figures }) =>
    Object.entries(PANELS).flatMap(([population, panel]) =>
      figures.calibration[population as keyof typeof PANELS].bins
        .filter(({ count }) => count > 0)
        .map(({ confidence, accuracy, count }) => ({ split, panel, confidence, accuracy, photos: count })),
    ),
  );
  const errors = splits.map(({ name, figures: { calibration } }) => {
    const { knownSpecies, anySpecies, genus } = calibration;
    const said = [knownSpecies, anySpecies, genus].map(({ ece }) => percent(ece)).join(' · ');
    return `Expected calibration error of each panel, ${name}: ${said}`;
  });
  return {
    title: {
      text: 'How often an answer of a given score is right',
      subtitle: ['On the dashed line scores mean what they say; below it they promise too much.', ...errors],
    },
    data: { values },
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: Object.values(PANELS) } },
    spec: {
      width: 260,
      height: 260,
      layer: [
        {
          data: { values: [{ at: 0 }, { at: 1 }] },
          mark: { type: 'line', strokeDash: [4, 4], color: '#888888' },
          encoding: { x: { field: 'at', ...SHARE }, y: { field: 'at', ...SHARE } },
        },
        {
          mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 },
          encoding: {
            x: { field: 'confidence', ...SHARE, title: 'calibrated score' },
            y: { field: 'accuracy', ...SHARE, title: 'right' },
            color: SPLIT_COLOUR,
          },
        },
        {
          mark: { type: 'point', filled: true, opacity: 0.9 },
          encoding: {
            x: { field: 'confidence', ...SHARE },
            y: { field: 'accuracy', ...SHARE },
            color: SPLIT_COLOUR,
            size: { field: 'photos', type: 'quantitative', scale: { range: [12, 260] } },
          },
        },
      ],
    },
  };
}

function abstention(evaluation: Evaluation): TopLevelSpec {
  const panels = { species: 'species, over photos labelled with one', genus: 'genus, over all mushrooms' };
  const values = splitsOf(evaluation).flatMap(({ name: split, figures }) =>
    (['species', 'genus'] as const).flatMap((rank) =>
      figures.abstention[rank]
        .filter(({ accuracy }) => accuracy !== null)
        .map((point) => ({ ...point, split, panel: panels[rank] })),
    ),
  );
  return {
    title: {
      text: 'What saying "I don\'t know" buys',
      subtitle: ['Each point is a threshold: fewer answers to the left, and more of them right.'],
    },
    data: { values },
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: Object.values(panels) } },
    spec: {
      width: 340,
      height: 300,
      encoding: {
        x: { field: 'coverage', ...SHARE, title: 'photos answered' },
        y: { field: 'accuracy', ...SHARE, title: 'answers that are right' },
        color: SPLIT_COLOUR,
        order: { field: 'threshold' },
      },
      layer: [{ mark: 'line' }, { mark: { type: 'point', filled: true, size: 36, opacity: 1 } }],
    },
  };
}

function trainingCurves(history: readonly EpochLosses[]): TopLevelSpec {
  const values = history.flatMap(({ epoch, trainLoss, valLoss }) => [
    { epoch, loss: trainLoss, photos: 'train' },
    ...(Number.isFinite(valLoss) ? [{ epoch, loss: valLoss, photos: 'val' }] : []),
  ]);
  return {
    title: { text: 'Training', subtitle: ['Mean marginal negative log-likelihood of the labels'] },
    data: { values },
    width: 460,
    height: 280,
    mark: { type: 'line', point: { filled: true, size: 30 } },
    encoding: {
      x: { field: 'epoch', type: 'quantitative', axis: { tickMinStep: 1, format: 'd' }, scale: { nice: false } },
      y: { field: 'loss', type: 'quantitative', title: 'nats a photo' },
      color: {
        field: 'photos',
        type: 'nominal',
        title: null,
        scale: { domain: ['train', 'val'], range: ['#666666', BLUE] },
      },
    },
  };
}

/**
 * The plots of an evaluation as SVG, by their path in the bundle: confusion by genus of each split, reliability,
 * abstention, and the losses of training where there is a history.
 */
export async function plotsOf(
  evaluation: Evaluation,
  history: readonly EpochLosses[] = [],
): Promise<Record<string, string>> {
  const plots: Record<string, string> = {};
  for (const { split, name, figures } of splitsOf(evaluation)) {
    if (figures.photos.mushrooms === 0) continue;
    plots[`plots/genus-confusion-${split}.svg`] = await svgOf(confusion(name, figures));
  }
  plots['plots/reliability.svg'] = await svgOf(reliability(evaluation));
  plots['plots/abstention.svg'] = await svgOf(abstention(evaluation));
  if (history.length > 0) plots['plots/training.svg'] = await svgOf(trainingCurves(history));
  return plots;
}
