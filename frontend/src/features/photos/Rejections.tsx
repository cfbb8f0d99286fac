import { useTranslation } from 'react-i18next';
import { MOST_PHOTOS, type Note, type Rejection } from './usePhotos.ts';
import styles from './Rejections.module.css';

interface RejectionsProps {
  rejections: readonly Rejection[];
  notes: readonly Note[];
}

/** The files that were not taken, and why; and what to know about those that were. */
export function Rejections({ rejections, notes }: RejectionsProps) {
  const { t } = useTranslation();
  const list = (items: { name: string; text: string }[]) =>
    items.length > 0 && (
      <ul role="list" className={styles.list}>
        {items.map(({ name, text }, index) => (
          <li key={index}>
            <strong>{name || t('camera.label')}</strong> {text}
          </li>
        ))}
      </ul>
    );
  return (
    <>
      <div role="status">{list(notes.map(({ name, remark }) => ({ name, text: t(`photos.remark.${remark}`) })))}</div>
      <div role="alert">
        {list(
          rejections.map(({ name, reason }) => ({ name, text: t(`photos.rejected.${reason}`, { most: MOST_PHOTOS }) })),
        )}
      </div>
    </>
  );
}
