import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState, type ComponentType, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import type { View } from '@mushroom/recognition/decision/identification';
import type { GivenAnswer } from '../../api/given-answer.ts';
import { servedModelQuery } from '../../api/models.api.ts';
import { Button } from '../../design/Button.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { useOnDeviceStatus } from '../../on-device/on-device-status.ts';
import { OnDevicePanel } from '../../on-device/OnDevicePanel.tsx';
import { useIdentifySession } from './IdentifySession.tsx';
import { Progress } from './Progress.tsx';
import type { Specimen } from './send-photos.api.ts';
import { photosKey } from './useIdentification.ts';
import { useOnline } from './useOnline.ts';
import styles from './IdentifyPage.module.css';

/** What the page needs to know of the photos that it asks about. */
interface ChosenPhotos {
  photos: readonly (Specimen['photos'][number] & { id: string })[];
  /** More are on their way in. */
  preparing: boolean;
  /** Those of an earlier visit are on their way. */
  restoring: boolean;
  /** No room for another one. */
  full: boolean;
  clear: () => void;
}

/** What the page tells those fields of its form that take photos in. */
interface PhotoFieldsProps {
  disabled: boolean;
  /** What the camera is to photograph first, while it is open. */
  shooting: View | null;
  onCamera: (view: View) => void;
  onCameraClosed: () => void;
}

/** What the page that asked knows of an answer. */
export interface AnswerViewProps {
  answer: GivenAnswer;
  isFirstShown: (id: string) => boolean;
  /** Absent where there is no room for another photo. */
  onAddPhotos?: () => void;
  onStartAgain: () => void;
}

/** Taking photos and showing an answer are other features: their parts of the page are handed in. */
interface IdentifyPageProps {
  chosen: ChosenPhotos;
  PhotoFields: ComponentType<PhotoFieldsProps>;
  /** Stands beside the form: what to photograph. */
  PhotoGuide: ComponentType<{ onCamera: (view: View) => void }>;
  AnswerView: ComponentType<AnswerViewProps>;
  /** Fetches the code of `AnswerView`: not needed before there is a photo, and the first page is there sooner without. */
  preloadAnswer: () => void;
}

/** What the history's entry of an answer holds; the others hold null. */
interface AnswerEntry {
  answer: string;
}

/**
 * From photos to an answer, each with an entry in the history: going back from the answer leads to the photos, and a
 * reload shows it again.
 */
export function IdentifyPage({ chosen, PhotoFields, PhotoGuide, AnswerView, preloadAnswer }: IdentifyPageProps) {
  const { t } = useTranslation();
  /** What the camera is to photograph first, while it is open. */
  const [shooting, setShooting] = useState<View | null>(null);
  const session = useIdentifySession();
  const { photos, preparing, full, clear } = chosen;
  const { identify, cancel, askDevice, forgetError, forgetAnswer, given, arrived, hasEntry, error, sent, slow } =
    session;
  const navigate = useNavigate();
  const entry = (useLocation().state as AnswerEntry | null)?.answer;
  // An answer is about certain photos: with others there is none.
  const isShown = given?.about === photosKey(photos) && [entry, arrived].includes(given.answer.id);
  const shown = isShown ? given.answer : undefined;
  // An answer is much to lay out: rendered as deferred it never holds the page up.
  const laidOut = useDeferredValue(shown);
  const answer = shown && laidOut;
  const busy = session.busy || answer !== shown;
  const queryClient = useQueryClient();
  const online = useOnline();
  const modelIsHere = useOnDeviceStatus()?.state === 'ready';
  const top = useRef<HTMLFormElement>(null);

  const started = photos.length > 0;
  useEffect(() => {
    if (started) preloadAnswer();
  }, [started, preloadAnswer]);

  useEffect(() => {
    if (arrived === null) return;
    if (arrived === entry) hasEntry();
    else void navigate('/', { state: { answer: arrived } satisfies AnswerEntry });
  }, [arrived, entry, hasEntry, navigate]);

  // What went wrong, and the way to try again, are at the top of the form.
  useEffect(() => {
    if (error) top.current?.scrollIntoView({ block: 'start' });
  }, [error]);

  function ask() {
    setShooting(null);
    // The answer tells how often such answers were right: fetched meanwhile, it is there with the answer.
    void queryClient.prefetchQuery(servedModelQuery);
    identify(photos);
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

  /** The button that was pressed is gone. */
  function lookHere() {
    askDevice();
    focusForm();
  }

  function addMore() {
    forgetError();
    void navigate('/', { flushSync: true });
    window.scrollTo({ top: 0 });
    focusForm();
  }

  function startAgain() {
    clear();
    forgetAnswer();
    addMore();
  }

  if (entry && !answer && (session.restoring || chosen.restoring)) return <Waiting>{t('shell.opening')}</Waiting>;

  if (answer) {
    return (
      <AnswerView
        answer={answer}
        isFirstShown={session.isFirstShown}
        onAddPhotos={full ? undefined : addMore}
        onStartAgain={startAgain}
      />
    );
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
          <PhotoFields disabled={busy} shooting={shooting} onCamera={setShooting} onCameraClosed={closeCamera} />
          {busy ? (
            <div className={styles.ask}>
              <Progress
                sent={sent}
                slow={slow}
                photos={photos.length}
                onCancel={cancelAsking}
                onDevice={modelIsHere ? lookHere : undefined}
              />
            </div>
          ) : (
            // The camera has a button of its own.
            started &&
            !shooting && (
              <div className={styles.send}>
                <div className={styles.ask}>
                  <Button look="primary" type="submit" disabled={preparing}>
                    {t('identify.submit')}
                  </Button>
                </div>
                <p>{t('identify.privacy')}</p>
              </div>
            )
          )}
        </form>
        {!busy && <PhotoGuide onCamera={setShooting} />}
        {/* Last: it comes when it is known what this device can do, and nothing is to make room for it then. */}
        <OnDevicePanel disabled={busy} />
      </div>
    </Page>
  );
}
