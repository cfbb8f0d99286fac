import { useTranslation } from 'react-i18next';
import { FileButton } from './FileButton.tsx';
import { hasCameraPreview, isHeldInHand } from './has-camera.ts';
import { ViewDrawing } from './ViewDrawing.tsx';
import { VIEWS, type View } from './views.ts';
import viewStyles from './View.module.css';
import styles from './ViewChecklist.module.css';

interface ViewChecklistProps {
  /** What the photos show that are there. */
  taken: readonly (View | null)[];
  /** No room for another photo. */
  full: boolean;
  onPick: (files: File[], view: View) => void;
  onCamera: (view: View) => void;
}

/** The views that tell most, which of them are there, and a way to add each of the others. */
export function ViewChecklist({ taken, full, onPick, onCamera }: ViewChecklistProps) {
  const { t } = useTranslation();
  const inHand = isHeldInHand();
  const byCamera = inHand && hasCameraPreview();
  return (
    <ul role="list" className={styles.checklist}>
      {VIEWS.map((view) => {
        const name = t(`view.${view}.name`);
        const have = taken.includes(view);
        return (
          <li key={view} className={have ? styles.have : undefined}>
            <span className={viewStyles.drawing}>
              <ViewDrawing view={view} />
            </span>
            <span className={styles.words}>
              <strong>{name}</strong>
              <span className={styles.how}>{have ? `✓ ${t('photos.have')}` : t(`view.${view}.how`)}</span>
            </span>
            {!have &&
              !full &&
              (byCamera ? (
                <button
                  type="button"
                  className={styles.add}
                  aria-label={t('photos.addView', { view: name })}
                  onClick={() => onCamera(view)}
                >
                  +
                </button>
              ) : (
                <FileButton
                  className={styles.add}
                  label="+"
                  name={t('photos.addView', { view: name })}
                  capture={inHand}
                  onPick={(files) => onPick(files, view)}
                />
              ))}
          </li>
        );
      })}
    </ul>
  );
}
