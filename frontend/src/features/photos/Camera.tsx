import { useEffect, useRef, useState } from 'react';
import { VIEWS, type View } from './views.ts';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { FileButton } from './FileButton.tsx';
import { useCamera } from './useCamera.ts';
import { ViewDrawing } from './ViewDrawing.tsx';
import styles from './Camera.module.css';

interface CameraProps {
  /** What to photograph first. */
  first: View;
  /** What the photos show that are there. */
  taken: readonly (View | null)[];
  onPhoto: (photo: Blob, view: View) => void;
  onClose: () => void;
}

/** The next part to photograph after one, going round; itself where no other is left. */
function nextAfter(view: View, taken: readonly (View | null)[]): View {
  const from = VIEWS.indexOf(view);
  const round = [...VIEWS.slice(from + 1), ...VIEWS.slice(0, from)];
  return round.find((other) => !taken.includes(other)) ?? view;
}

/** What the camera sees, and which part of the mushroom to hold it at, one after the other. */
export function Camera({ first, taken, onPhoto, onClose }: CameraProps) {
  const { t } = useTranslation();
  const { video, state, shoot, again } = useCamera();
  const [view, setView] = useState(first);
  const [said, setSaid] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => heading.current?.focus(), []);

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
    <section className={styles.camera} aria-labelledby="camera-title">
      <h2 id="camera-title" className="visually-hidden" tabIndex={-1} ref={heading}>
        {t('camera.label')}
      </h2>
      {!running && (
        <div className={styles.failed} role="alert">
          <p>{t(`camera.${state}`)}</p>
        </div>
      )}
      {/* Hidden where the camera gives nothing: the last picture would stand there as if it were live. */}
      <div className={styles.finder} hidden={!running}>
        <video ref={video} muted playsInline aria-label={t('camera.preview')} />
        <p className={styles.hint} role="status">
          {state === 'starting' ? t('camera.starting') : said || t(`view.${view}.how`)}
        </p>
      </div>
      <fieldset className={styles.views}>
        <legend className="visually-hidden">{t('camera.photograph')}</legend>
        {VIEWS.map((name) => (
          <label key={name} className={styles.view}>
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
            <span>
              {taken.includes(name) && <span aria-hidden="true">✓ </span>}
              {t(`view.${name}.name`)}
              {taken.includes(name) && <span className="visually-hidden">, {t('photos.have')}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <div className={styles.actions}>
        {/* One button, so that the focus stays where it is. */}
        <Button look="primary" disabled={state === 'starting'} onClick={() => (running ? void take() : again())}>
          {t(running ? 'camera.shoot' : 'camera.again')}
        </Button>
        {!running && <FileButton label={t('camera.app')} capture onPick={([photo]) => photo && onPhoto(photo, view)} />}
        <Button onClick={onClose}>{t('camera.close')}</Button>
      </div>
    </section>
  );
}
