import { useTranslation } from 'react-i18next';
import { Bar } from '../../design/Bar.tsx';
import { useFormats } from '../../language/useFormats.ts';
import styles from './Risk.module.css';

/** Below this the estimate tells nothing more: mushrooms that the model never saw are not in it. */
const LEAST_TOLD = 0.05;

/** The probability that it is poisonous or deadly, whatever it is called. Never shown as next to nothing. */
export function Risk({ risk }: { risk: number }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  return (
    <section className={styles.risk}>
      <h2 className={styles.title}>
        <span>{t('answer.risk')}</span>{' '}
        <span className={styles.number}>
          {risk < LEAST_TOLD ? t('answer.below', { share: percent(LEAST_TOLD) }) : percent(risk)}
        </span>
      </h2>
      <Bar share={Math.max(risk, LEAST_TOLD)} tone="risk" />
      <p>{t('answer.riskWhat')}</p>
    </section>
  );
}
