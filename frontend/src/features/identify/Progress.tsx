import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { SporePrint } from '../../design/SporePrint.tsx';
import styles from './Progress.module.css';

interface ProgressProps {
  /** Share of the upload that is sent, 0…1. */
  sent: number;
  photos: number;
  onCancel: () => void;
}

/** First how much is sent, as it is; then that it is being looked at, for which nobody knows how long. */
export function Progress({ sent, photos, onCancel }: ProgressProps) {
  const { t } = useTranslation();
  const looking = sent >= 1;
  return (
    <div className={styles.progress}>
      <div className={styles.print}>
        <SporePrint turning />
      </div>
      <div className={styles.words}>
        {/* Announced once a step, not once a percent. */}
        <p className={styles.title} role="status">
          {t(looking ? 'identify.looking' : 'identify.sending', { count: photos })}
        </p>
        <progress aria-label={t('identify.upload')} max={1} value={looking ? undefined : sent} />
        {/* The button that was pressed is gone: the focus goes to the one that took its place. */}
        <Button autoFocus onClick={onCancel}>
          {t('identify.cancel')}
        </Button>
      </div>
    </div>
  );
}
