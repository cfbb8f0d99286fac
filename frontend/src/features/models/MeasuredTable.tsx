import type { Evaluation, Proportion, SplitEvaluation } from '../../api/evaluation.ts';
import { percent } from '../../design/percent.ts';
import styles from './MeasuredTable.module.css';

const ROWS: readonly [string, (split: SplitEvaluation) => Proportion][] = [
  ['Dangerous species given a harmless verdict', (split) => split.verdicts.pipeline.dangerousCalledHarmless],
  ['The same, if its first guess were believed', (split) => split.verdicts.argmax.dangerousCalledHarmless],
  ['First guess right, species it has learned', (split) => split.top1],
  ['Among the first three', (split) => split.top3],
  ['Genus right', (split) => split.genus],
  ['Names a species', (split) => split.decisions.species],
  ['… and that is right', (split) => split.rightWhenNamed.species],
  ['Names a genus', (split) => split.decisions.genus],
  ['… and that is right', (split) => split.rightWhenNamed.genus],
  ['Says that it can’t tell', (split) => split.decisions.uncertain],
  ['Sees that there is no mushroom', (split) => split.negativesRejected],
];

/** The key figures on photos like those it learned from, and on photos from elsewhere, with their 95 % intervals. */
export function MeasuredTable({ evaluation: { splits } }: { evaluation: Evaluation }) {
  return (
    <div className={styles.frame} role="region" aria-label="Measurements" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Share of photos (95 % interval)</th>
            <th scope="col">Same sources as it learned from</th>
            <th scope="col">Other sources</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, figure], index) => (
            <tr key={index}>
              <th scope="row">{name}</th>
              <td>{shown(splits.val && figure(splits.val))}</td>
              <td>{shown(splits.field && figure(splits.field))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(proportion: Proportion | null) {
  if (!proportion || proportion.share === null || proportion.interval === null) return 'not measured';
  const [low, high] = proportion.interval.map((end) => Math.round(end * 100));
  return (
    <>
      <strong>{percent(proportion.share)}</strong> ({low}–{high})
    </>
  );
}
