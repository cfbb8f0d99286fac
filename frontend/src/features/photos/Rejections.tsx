import { useTranslation } from 'react-i18next';
import { MOST_PHOTOS, type Rejection } from './usePhotos.ts';
import styles from './Rejections.module.css';

/** The files that were not taken, and why. */
export function Rejections({ rejections }: { rejections: readonly Rejection[] }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      {rejections.length > 0 && (
        <ul role="list" className={styles.list}>
          {rejections.map(({ name, reason }, index) => (
            <li key={index}>
              <strong>{name || t('camera.label')}</strong> {t(`photos.rejected.${reason}`, { most: MOST_PHOTOS })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
