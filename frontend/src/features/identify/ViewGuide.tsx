import type { View } from '@mushroom/models/decision/identification';
import { ViewDrawing } from './ViewDrawing.tsx';
import { VIEW_WORDS } from './views.ts';
import styles from './ViewGuide.module.css';

/** Drawn instructions: which parts to photograph, and how. */
export function ViewGuide({ views }: { views: readonly View[] }) {
  return (
    <ul role="list" className={styles.guide}>
      {views.map((view) => (
        <li key={view}>
          <span className={styles.drawing}>
            <ViewDrawing view={view} />
          </span>
          <span>
            <strong>{VIEW_WORDS[view].name}</strong>
            <span className={styles.how}>{VIEW_WORDS[view].how}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
