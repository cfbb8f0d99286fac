import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CallLink } from './CallLink.tsx';
import { lineName, useRegion } from './region.ts';
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
        {region && line && (
          <span>
            {line.name.includes(line.number) ? (
              `${t('poison.call')} `
            ) : (
              <>
                <span className={styles.name}>{lineName(line, region, t)} </span>
                <span className={styles.call}>{t('poison.call')} </span>
              </>
            )}
            <CallLink className={styles.number} {...line} />
          </span>
        )}
        <Link className={styles.more} to="/poison-help">
          {t(line ? 'poison.stripMore' : 'poison.stripWhom')}
        </Link>
      </p>
    </aside>
  );
}
