import { useEffect, useRef, useState } from 'react';
import { VIEWS, type View } from './views.ts';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { FileButton } from './FileButton.tsx';
import { useCamera } from './useCamera.ts';
import type { Photo } from './usePhotos.ts';
import { ViewDrawing } from './ViewDrawing.tsx';
import styles from './Camera.module.css';

interface CameraProps {
  /** What to photograph first. */
  first: View;
  /** The photos that are there. */
  photos: readonly Photo[];
  /** More of them are on their way in. */
  preparing: boolean;
  onPhoto: (photo: Blob, view: View) => void;
  onClose: () => void;
}

/** The next part to photograph after one, going round; itself where no other is left. */
function nextAfter(view: View, taken: readonly (View | null)[]): View {
  const from = VIEWS.indexOf(view);
  const round = [...VIEWS.slice(from + 1), ...VIEWS.slice(0, from)];
  return round.find((other) => !taken.includes(other)) ?? view;
}

/**
 * What the camera sees, over the whole window, and which part of the mushroom to hold it at, one after the other. Part
 * of a form: what asks about the photos is here, too.
 */
export function Camera({ first, photos, preparing, onPhoto, onClose }: CameraProps) {
  const { t } = useTranslation();
  const { video, state, shoot, again } = useCamera();
  const [view, setView] = useState(first);
  const [said, setSaid] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const taken = photos.map((photo) => photo.view);

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    heading.current?.focus({ preventScroll: true });
  }, []);

  async function take() {
    const photo = await shoot();
    if (photo === 'black') setSaid(t('camera.black'));
    if (photo === 'black' || photo === null) return;
    const next = nextAfter(view, [...taken, view]);
    const name = t(`view.${view}.name`);
    setSaid(
      next === view
        ? t('camera.takenLast', { view: name })
        : t('camera.taken', { view: name, next: t(`view.${next}.name`) }),
    );
    onPhoto(photo, view);
    setView(next);
  }

  const running = state === 'starting' || state === 'live';
  return (
    <dialog className={styles.camera} ref={dialog} aria-labelledby="camera-title" onClose={onClose}>
      <h2 id="camera-title" className="visually-hidden" tabIndex={-1} ref={heading}>
        {t('camera.label')}
      </h2>
      {!running && (
        <div className={styles.failed} role="alert">
          <p>{t(`camera.${state}`)}</p>
          <FileButton label={t('camera.app')} capture onPick={([photo]) => photo && onPhoto(photo, view)} />
        </div>
      )}
      {/* Hidden where the camera gives nothing: the last picture would stand there as if it were live. */}
      <div className={styles.finder} hidden={!running}>
        <video ref={video} muted playsInline aria-label={t('camera.preview')} />
      </div>
      <div className={styles.guide}>
        <p className={styles.hint} role="status">
          {state === 'starting' ? t('camera.starting') : said || <strong>{t(`view.${view}.name`)}:</strong>}{' '}
          {t(`view.${view}.how`)}
        </p>
        <fieldset className={styles.views}>
          <legend className="visually-hidden">{t('camera.photograph')}</legend>
          {VIEWS.map((name) => (
            <label key={name} className={styles.view} title={t(`view.${name}.name`)}>
              <input
                type="radio"
                name="camera-view"
                className="visually-hidden"
                checked={view === name}
                onChange={() => {
                  setView(name);
                  setSaid('');
                }}
              />
              <ViewDrawing view={name} />
              {taken.includes(name) && (
                <span className={styles.have} aria-hidden="true">
                  ✓
                </span>
              )}
              <span className="visually-hidden">
                {t(`view.${name}.name`)}
                {taken.includes(name) && `, ${t('photos.have')}`}
              </span>
            </label>
          ))}
        </fieldset>
        {photos.length > 0 && (
          <ul role="list" className={styles.strip} aria-label={t('photos.yours')}>
            {photos.map(({ id, preview }, index) => (
              <li key={id}>
                <img src={preview} alt={t('photos.one', { number: index + 1 })} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className={styles.actions}>
        <Button className={styles.way} onClick={onClose}>
          {t('camera.close')}
        </Button>
        {/* One button, so that the focus stays where it is. */}
        <Button
          className={running ? styles.shutter : styles.way}
          aria-label={running ? t('camera.shoot') : undefined}
          disabled={state === 'starting'}
          onClick={() => (running ? void take() : again())}
        >
          {!running && t('camera.again')}
        </Button>
        <Button className={styles.way} type="submit" disabled={preparing || photos.length === 0}>
          {t('identify.submit')}
        </Button>
      </div>
    </dialog>
  );
}
