import { useTranslation } from 'react-i18next';
import { usePhotosSession } from './PhotosSession.tsx';
import { ViewChecklist } from './ViewChecklist.tsx';
import type { View } from './views.ts';
import styles from './PhotoGuide.module.css';

/** What to photograph, and what of it the photos show already. */
export function PhotoGuide({ onCamera }: { onCamera: (view: View) => void }) {
  const { t } = useTranslation();
  const { photos, full, add } = usePhotosSession();
  return (
    <section className={styles.guide} aria-labelledby="views-title">
      <h2 id="views-title">{t('photos.checklist')}</h2>
      <p>{t('photos.checklistLead')}</p>
      <ViewChecklist
        taken={photos.map(({ view }) => view)}
        full={full}
        onPick={(files, view) => void add(files, view)}
        onCamera={onCamera}
      />
    </section>
  );
}
