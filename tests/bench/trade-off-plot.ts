import { BLUE, svgOf } from '@mushroom/training/evaluate/plots';

/** A bundle in the plot of what accuracy costs. */
export interface TradeOffPoint {
  name: string;
  /** Share of `val`'s photos of known species whose best leaf is right, 0…1. */
  valTop1: number;
  /** For a photo on WebAssembly, decoding not included. */
  ms: number;
  /** To download, uncompressed. */
  megabytes: number;
}

/** Accuracy against time, and the download as the size of the mark: further up and left is better. @returns SVG. */
export async function tradeOffPlot(points: readonly TradeOffPoint[]): Promise<string> {
  const labelled = points.map((point) => ({ ...point, label: `${point.name}, ${point.megabytes.toFixed(1)} MB` }));
  const padded = { zero: false, padding: 20 };
  return svgOf({
    title: 'What accuracy costs',
    width: 520,
    height: 320,
    data: { values: labelled },
    encoding: {
      x: { field: 'ms', type: 'quantitative', title: 'ms a photo, WebAssembly, one core' },
      y: { field: 'valTop1', type: 'quantitative', axis: { format: '.1%' }, scale: padded, title: 'top-1, val' },
    },
    layer: [
      {
        mark: { type: 'circle', color: BLUE, opacity: 0.6 },
        encoding: { size: { field: 'megabytes', type: 'quantitative', legend: null, scale: { range: [30, 500] } } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 14, fontSize: 11 },
        encoding: { text: { field: 'label', type: 'nominal' } },
      },
    ],
  });
}
