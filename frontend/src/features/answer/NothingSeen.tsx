import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './NothingSeen.module.css';

/** The answer where no mushroom was seen: it is about the photo, so it doesn't look like a verdict on a mushroom. */
export function NothingSeen({ title }: { title: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={styles.nothing} data-verdict="none">
      <svg className={styles.frame} viewBox="0 0 96 96" aria-hidden="true" focusable="false">
        <path d="M8 28V8h20M68 8h20v20M88 68v20H68M28 88H8V68" />
        <path
          className={styles.absent}
          d="M24 48c0-14 10-24 24-24s24 10 24 24c-10 3-38 3-48 0zM42 51c1 9 0 16-3 21h18c-3-5-4-12-3-21"
        />
      </svg>
      <div className={styles.words}>
        {title}
        <p>{t('answer.noMushroomAdvice')}</p>
        <p>{t('answer.noMushroomHow')}</p>
      </div>
    </div>
  );
}
