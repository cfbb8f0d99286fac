import { useTranslation } from 'react-i18next';
import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';
import { VerdictMark } from './VerdictMark.tsx';
import styles from './verdict.module.css';

/** A verdict in one line: sign and words. */
export function VerdictTag({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  return (
    <span className={styles.tag}>
      <VerdictMark verdict={verdict} />
      {t(`verdict.${verdict}.name`)}
    </span>
  );
}
