import { useTranslation } from 'react-i18next';
import { ViewDrawing } from './ViewDrawing.tsx';
import type { View } from './views.ts';
import viewStyles from './View.module.css';
import styles from './ViewGuide.module.css';

/** Drawn instructions: which parts to photograph, and how. */
export function ViewGuide({ views }: { views: readonly View[] }) {
  const { t } = useTranslation();
  return (
    <ul role="list" className={styles.guide}>
      {views.map((view) => (
        <li key={view}>
          <span className={viewStyles.drawing}>
            <ViewDrawing view={view} />
          </span>
          <span>
            <strong>{t(`view.${view}.name`)}</strong>
            <span className={viewStyles.how}>{t(`view.${view}.how`)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
