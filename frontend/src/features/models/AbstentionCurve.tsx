import { useTranslation } from 'react-i18next';
import type { SplitEvaluation } from '../../api/evaluation.ts';
import { useFormats } from '../../language/useFormats.ts';
import { across, Chart, up } from './Chart.tsx';
import styles from './curves.module.css';

type Point = SplitEvaluation['abstention']['species'][number];
type AnsweredPoint = Point & { accuracy: number };

const isAnswered = (point: Point): point is AnsweredPoint => point.accuracy !== null;

/** Below this share so few photos are answered that a single one decides. */
const LEAST_COVERAGE = 0.01;

/** How many photos get an answer against how often it is right, over every threshold: what abstaining is worth. */
export function AbstentionCurve({ points }: { points: readonly Point[] }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const answered = points
    .filter(isAnswered)
    .filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    .sort((a, b) => a.coverage - b.coverage);
  const line = answered.map(({ coverage, accuracy }) => `${across(coverage).toFixed(1)} ${up(accuracy).toFixed(1)}`);
  const everyTenth = answered.filter((_, index) => index % Math.ceil(answered.length / 10) === 0);
  return (
    <section className={styles.curve}>
      <h3>{t('models.abstention')}</h3>
      <p>{t('models.abstentionWhat')}</p>
      <Chart alt={t('models.abstentionAlt')} xName={t('models.answered')} yName={t('models.right')}>
        {line.length > 0 && <path className={styles.line} d={`M${line.join('L')}`} />}
      </Chart>
      <details className={styles.table}>
        <summary>{t('models.asTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('models.answered')}</th>
              <th scope="col">{t('models.right')}</th>
            </tr>
          </thead>
          <tbody>
            {everyTenth.map(({ threshold, coverage, accuracy }) => (
              <tr key={threshold}>
                <th scope="row">{percent(coverage)}</th>
                <td>{percent(accuracy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
