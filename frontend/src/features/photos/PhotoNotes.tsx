import { useTranslation } from 'react-i18next';
import type { Note } from './usePhotos.ts';
import styles from './Rejections.module.css';

/** What to know about photos that were taken. */
export function PhotoNotes({ notes }: { notes: readonly Note[] }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      {notes.length > 0 && (
        <ul role="list" className={styles.list}>
          {notes.map(({ name, remark }, index) => (
            <li key={index}>
              <strong>{name || t('camera.label')}</strong> {t(`photos.remark.${remark}`)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
