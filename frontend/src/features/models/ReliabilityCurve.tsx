import { useTranslation } from 'react-i18next';
import type { SplitEvaluation } from '../../api/evaluation.ts';
import { useFormats } from '../../language/useFormats.ts';
import { across, Chart, up } from './Chart.tsx';
import styles from './curves.module.css';

type Bin = SplitEvaluation['calibration']['anySpecies']['bins'][number];
type MeasuredBin = Bin & { confidence: number; accuracy: number };

const isMeasured = (bin: Bin): bin is MeasuredBin => bin.confidence !== null && bin.accuracy !== null;

/** Radius of a dot, such that its area grows with the photos it stands for. */
const radius = (count: number, most: number) => 4 + 11 * Math.sqrt(count / most);

/** How sure the model was of its best species against how often that was right: a reliability diagram. */
export function ReliabilityCurve({ bins }: { bins: readonly Bin[] }) {
  const { t } = useTranslation();
  const { percent, number } = useFormats();
  const measured = bins.filter(isMeasured);
  const most = Math.max(...measured.map(({ count }) => count));
  return (
    <section className={styles.curve}>
      <h3>{t('models.reliability')}</h3>
      <p>{t('models.reliabilityWhat')}</p>
      <Chart alt={t('models.reliabilityAlt')} xName={t('models.sure')} yName={t('models.right')}>
        <path className={styles.perfect} d={`M${across(0)} ${up(0)}L${across(1)} ${up(1)}`} />
        {measured.map(({ from, confidence, accuracy, count }) => (
          <circle key={from} className={styles.dot} cx={across(confidence)} cy={up(accuracy)} r={radius(count, most)} />
        ))}
      </Chart>
      <details className={styles.table}>
        <summary>{t('models.asTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('models.sure')}</th>
              <th scope="col">{t('models.right')}</th>
              <th scope="col">{t('models.photos')}</th>
            </tr>
          </thead>
          <tbody>
            {measured.map(({ from, confidence, accuracy, count }) => (
              <tr key={from}>
                <th scope="row">{percent(confidence)}</th>
                <td>{percent(accuracy)}</td>
                <td>{number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
