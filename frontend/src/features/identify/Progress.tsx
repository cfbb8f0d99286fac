import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { SporePrint } from '../../design/SporePrint.tsx';
import styles from './Progress.module.css';

interface ProgressProps {
  /** Share of the upload that is sent, 0…1. */
  sent: number;
  /** The answer takes long. */
  slow: boolean;
  photos: number;
  onCancel: () => void;
  /** Absent where the model is not on this device. */
  onDevice?: () => void;
}

/** First how much is sent, as it is; then that it is being looked at, for which nobody knows how long. */
export function Progress({ sent, slow, photos, onCancel, onDevice }: ProgressProps) {
  const { t } = useTranslation();
  const looking = sent >= 1;
  return (
    <div className={styles.progress}>
      <div className={styles.print}>
        <SporePrint turning />
      </div>
      <div className={styles.words}>
        {/* Announced once a step, not once a percent. */}
        <div role="status">
          <p className={styles.title}>{t(looking ? 'identify.looking' : 'identify.sending', { count: photos })}</p>
          {slow && <p>{t(onDevice ? 'identify.slowDevice' : 'identify.slow')}</p>}
        </div>
        <progress aria-label={t('identify.upload')} max={1} value={looking ? undefined : sent} />
        <div className={styles.ways}>
          {/* The button that was pressed is gone: the focus goes to the one that took its place. */}
          <Button autoFocus onClick={onCancel}>
            {t('identify.cancel')}
          </Button>
          {slow && onDevice && <Button onClick={onDevice}>{t('identify.askDevice')}</Button>}
        </div>
      </div>
    </div>
  );
}
