import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CODE_WITHIN, inTime } from '../../api/request-policy.ts';
import { PhotoList } from './PhotoList.tsx';
import { PhotoPicker } from './PhotoPicker.tsx';
import { usePhotosSession } from './PhotosSession.tsx';
import { Rejections } from './Rejections.tsx';
import { MOST_PHOTOS } from './usePhotos.ts';
import { VIEWS, type View } from './views.ts';
import styles from './PhotoFields.module.css';

// Fetched by those who open it: the first page is there sooner without.
const Camera = lazy(async () => ({ default: (await inTime(import('./Camera.tsx'), CODE_WITHIN)).Camera }));

interface PhotoFieldsProps {
  /** The photos are only shown. */
  disabled: boolean;
  /** What the camera is to photograph first, while it is open. */
  shooting: View | null;
  onCamera: (view: View) => void;
  onCameraClosed: () => void;
}

/** The part of a form that holds the photos and takes more of them in, by camera or as files. */
export function PhotoFields({ disabled, shooting, onCamera, onCameraClosed }: PhotoFieldsProps) {
  const { t } = useTranslation();
  const { photos, rejections, notes, preparing, full, add, remove, move, setView } = usePhotosSession();
  const started = photos.length > 0;
  const taking = !disabled && !full;
  const firstMissing = VIEWS.find((name) => !photos.some(({ view }) => view === name)) ?? 'whole';

  return (
    <>
      <div className={styles.photos}>
        {taking && shooting && (
          <Suspense
            fallback={
              <p className={styles.opening} role="status">
                {t('camera.starting')}
              </p>
            }
          >
            <Camera
              key={shooting}
              first={shooting}
              photos={photos}
              preparing={preparing}
              onPhoto={(photo, view) => {
                void add([photo], view);
                if (photos.length + 1 === MOST_PHOTOS) onCameraClosed();
              }}
              onClose={onCameraClosed}
            />
          </Suspense>
        )}
        {/* Stays where it is when the first photo comes, which takes the place that was kept below it. */}
        {!full && (
          <PhotoPicker
            compact={started}
            disabled={disabled}
            onPick={(files) => void add(files)}
            onCamera={() => onCamera(firstMissing)}
          />
        )}
        {/* The camera shows them itself. */}
        {started && !shooting && (
          <PhotoList photos={photos} disabled={disabled} onRemove={remove} onMove={move} onView={setView} />
        )}
        <p className={styles.preparing} role="status">
          {preparing && t('photos.preparing')}
        </p>
      </div>
      <Rejections rejections={rejections} notes={notes} />
    </>
  );
}
