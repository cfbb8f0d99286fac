import { useId, type ReactNode } from 'react';
import { useFormats } from '../../language/useFormats.ts';
import styles from './Chart.module.css';

/** Of the drawing, in its own units; left and below there is room for the axes. */
const WIDTH = 420;
const HEIGHT = 320;
const LEFT = 62;
const BOTTOM = 56;
const TOP = 12;
const RIGHT = 30;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Shares 0…1 → where they are drawn. */
export const across = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT);
export const up = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);

interface ChartProps {
  /** What is to be seen, in a sentence. */
  alt: string;
  xName: string;
  yName: string;
  children: ReactNode;
}

/** Two shares against each other: a square of axes from 0 to 100 %, and what is drawn into it. */
export function Chart({ alt, xName, yName, children }: ChartProps) {
  const { percent } = useFormats();
  const id = useId();
  const label = (share: number) =>
    share === 0 || share === 1 ? percent(0.5).replace('50', String(share * 100)) : percent(share);
  return (
    <svg className={styles.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={id}>
      <title id={id}>{alt}</title>
      {TICKS.map((tick) => (
        <g key={tick}>
          <path
            className={styles.grid}
            d={`M${across(0)} ${up(tick)}H${across(1)}M${across(tick)} ${up(0)}V${up(1)}`}
          />
          <text className={styles.tick} x={across(tick)} y={up(0) + 20} textAnchor="middle">
            {label(tick)}
          </text>
          <text className={styles.tick} x={LEFT - 8} y={up(tick) + 5} textAnchor="end">
            {label(tick)}
          </text>
        </g>
      ))}
      <text className={styles.name} x={across(0.5)} y={HEIGHT - 8} textAnchor="middle">
        {xName}
      </text>
      <text className={styles.name} transform={`translate(14 ${up(0.5)}) rotate(-90)`} textAnchor="middle">
        {yName}
      </text>
      {children}
    </svg>
  );
}
