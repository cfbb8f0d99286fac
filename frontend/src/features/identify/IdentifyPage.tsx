import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState, type ComponentType, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { servedModelQuery } from '../../api/models.api.ts';
import { Button } from '../../design/Button.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { useOnDeviceStatus } from '../../on-device/on-device-status.ts';
import { OnDevicePanel } from '../../on-device/OnDevicePanel.tsx';
import { Camera } from './Camera.tsx';
import type { AnswerViewProps } from './FreshAnswer.tsx';
import { useIdentifySession } from './IdentifySession.tsx';
import { PhotoList } from './PhotoList.tsx';
import { PhotoPicker } from './PhotoPicker.tsx';
import { Progress } from './Progress.tsx';
import { Rejections } from './Rejections.tsx';
import { ViewChecklist } from './ViewChecklist.tsx';
import { VIEWS, type View } from './views.ts';
import { useOnline } from './useOnline.ts';
import { MOST_PHOTOS } from './usePhotos.ts';
import styles from './IdentifyPage.module.css';

interface IdentifyPageProps {
  /** Shows an answer. It takes from other features, so it is handed in. */
  AnswerView: ComponentType<AnswerViewProps>;
  /** Fetches the code of `AnswerView`: not needed before there is a photo, and the first page is there sooner without. */
  preloadAnswer: () => void;
}

/** From photos to an answer. */
export function IdentifyPage({ AnswerView, preloadAnswer }: IdentifyPageProps) {
  const { t } = useTranslation();
  /** What the camera is to photograph first, while it is open. */
  const [shooting, setShooting] = useState<View | null>(null);
  const session = useIdentifySession();
  const { photos, rejections, preparing, add, remove, move, setView, clear } = session;
  const { identify, cancel, forget, error, sent } = session;
  // An answer is much to lay out: rendered as deferred it never holds the page up.
  const answer = useDeferredValue(session.answer);
  const busy = session.busy || answer !== session.answer;
  const queryClient = useQueryClient();
  const online = useOnline();
  const modelIsHere = useOnDeviceStatus()?.state === 'ready';
  const top = useRef<HTMLFormElement>(null);

  const started = photos.length > 0;
  useEffect(() => {
    if (started) preloadAnswer();
  }, [started, preloadAnswer]);

  function ask() {
    setShooting(null);
    top.current?.scrollIntoView({ block: 'start' });
    // The answer tells how often such answers were right: fetched meanwhile, it is there with the answer.
    void queryClient.prefetchQuery(servedModelQuery);
    identify({ photos });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    ask();
  }

  /** What held the focus is gone: it moves to the form that took its place. */
  function focusForm() {
    requestAnimationFrame(() => top.current?.focus({ preventScroll: true }));
  }

  function cancelAsking() {
    cancel();
    focusForm();
  }

  function addMore() {
    forget();
    window.scrollTo({ top: 0 });
    focusForm();
  }

  function startAgain() {
    clear();
    addMore();
  }

  if (answer) {
    return (
      <AnswerView
        answer={answer}
        isFirstShown={session.isFirstShown}
        photos={photos}
        onAddPhotos={photos.length < MOST_PHOTOS ? addMore : undefined}
        onStartAgain={startAgain}
      />
    );
  }

  const full = photos.length >= MOST_PHOTOS;
  const taken = photos.map(({ view }) => view);
  const firstMissing = VIEWS.find((view) => !taken.includes(view)) ?? 'whole';

  function openCamera(view: View) {
    setShooting(view);
    top.current?.scrollIntoView({ block: 'start' });
  }

  function closeCamera() {
    setShooting(null);
    focusForm();
  }

  return (
    <Page title={t('identify.title')} lead={t('identify.lead')}>
      <div className={styles.columns}>
        <form
          ref={top}
          tabIndex={-1}
          className={busy ? styles.looking : styles.form}
          onSubmit={onSubmit}
          aria-label={t('identify.form')}
        >
          {!online && (
            <p className={styles.offline} role="status">
              <strong>{t('identify.offline')}</strong>{' '}
              {t(modelIsHere ? 'identify.offlineHere' : 'identify.offlineWhat')}
            </p>
          )}
          {error && <ProblemNotice error={error} onRetry={ask} />}
          {!busy && !full && shooting && (
            <Camera
              key={shooting}
              first={shooting}
              taken={taken}
              onPhoto={(photo, view) => {
                void add([photo], view);
                if (photos.length + 1 === MOST_PHOTOS) closeCamera();
              }}
              onClose={closeCamera}
            />
          )}
          {started && <PhotoList photos={photos} disabled={busy} onRemove={remove} onMove={move} onView={setView} />}
          {!busy && !full && !shooting && (
            <PhotoPicker
              compact={started}
              onPick={(files) => void add(files)}
              onCamera={() => openCamera(firstMissing)}
            />
          )}
          <p className={styles.preparing} role="status">
            {preparing && t('identify.preparing')}
          </p>
          <Rejections rejections={rejections} />
          <OnDevicePanel disabled={busy} />
          {busy ? (
            <Progress sent={sent} photos={photos.length} onCancel={cancelAsking} />
          ) : (
            started && (
              <div className={styles.send}>
                <Button look="primary" type="submit" disabled={preparing}>
                  {t('identify.submit')}
                </Button>
                <p>{t('identify.privacy')}</p>
              </div>
            )
          )}
        </form>
        {!busy && (
          <section className={styles.guide} aria-labelledby="views-title">
            <h2 id="views-title">{t('photos.checklist')}</h2>
            <p>{t('photos.checklistLead')}</p>
            <ViewChecklist
              taken={taken}
              full={full}
              onPick={(files, view) => void add(files, view)}
              onCamera={openCamera}
            />
          </section>
        )}
      </div>
    </Page>
  );
}
