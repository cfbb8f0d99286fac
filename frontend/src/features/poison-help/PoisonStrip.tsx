import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CallLink } from './CallLink.tsx';
import { useRegion } from './region.ts';
import styles from './PoisonStrip.module.css';

/** One line on every page: whom to call. */
export function PoisonStrip() {
  const { t } = useTranslation();
  const region = useRegion();
  const [line] = region?.lines ?? [];
  return (
    <aside className={styles.strip} aria-label={t('poison.title')}>
      <p className={styles.words}>
        <strong>{t('poison.strip')}</strong>
        {line && (
          <span>
            <span className={styles.name}>{line.name} </span>
            <CallLink className={styles.number} number={line.number} />
          </span>
        )}
        <Link className={styles.more} to="/poison-help">
          {t(line ? 'poison.stripMore' : 'poison.stripWhom')}
        </Link>
      </p>
    </aside>
  );
}
