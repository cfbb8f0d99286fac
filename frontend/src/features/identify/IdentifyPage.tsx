import { useQueryClient } from '@tanstack/react-query';
import { useRef, type FormEvent, type ReactNode } from 'react';
import { servedModelQuery } from '../../api/models.api.ts';
import { Button } from '../../design/Button.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Answer } from './Answer.tsx';
import { useIdentifySession } from './IdentifySession.tsx';
import { PhotoList } from './PhotoList.tsx';
import { PhotoPicker } from './PhotoPicker.tsx';
import { Progress } from './Progress.tsx';
import { Rejections } from './Rejections.tsx';
import { Surroundings } from './Surroundings.tsx';
import { ViewGuide } from './ViewGuide.tsx';
import { VIEWS } from './views.ts';
import { useOnline } from './useOnline.ts';
import { MOST_PHOTOS } from './usePhotos.ts';
import styles from './IdentifyPage.module.css';

interface IdentifyPageProps {
  /** Part of every answer; other features' work, so it is handed in. */
  poisonHelp: ReactNode;
  howOftenWrong: ReactNode;
}

/** From photos to an answer. */
export function IdentifyPage({ poisonHelp, howOftenWrong }: IdentifyPageProps) {
  const session = useIdentifySession();
  const { photos, rejections, preparing, add, remove, setView, clear, month, habitat } = session;
  const { identify, cancel, forget, answer, error, busy, sent } = session;
  const queryClient = useQueryClient();
  const online = useOnline();
  const top = useRef<HTMLFormElement>(null);

  function ask() {
    // The answer tells how often such answers were right: fetched meanwhile, it is there with the answer.
    void queryClient.prefetchQuery(servedModelQuery);
    identify({ photos, month, habitat });
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
      <Answer
        answer={answer}
        isFirstShown={session.isFirstShown}
        ownPhotos={photos.map(({ preview }) => preview)}
        poisonHelp={poisonHelp}
        howOftenWrong={howOftenWrong}
        onAddPhotos={photos.length < MOST_PHOTOS ? addMore : undefined}
        onStartAgain={startAgain}
      />
    );
  }

  const started = photos.length > 0;
  return (
    <Page
      title="Which mushroom is this?"
      lead="Photograph it. You learn what it most likely is, how dangerous it may be, and when nobody can tell from a photo."
    >
      <div className={styles.columns}>
        <form ref={top} tabIndex={-1} className={styles.form} onSubmit={onSubmit} aria-label="Identify a mushroom">
          {!online && (
            <p className={styles.offline} role="status">
              <strong>You are offline.</strong> Photos can be chosen now and sent once you have a connection. The poison
              help numbers work without one.
            </p>
          )}
          {error && <ProblemNotice error={error} onRetry={ask} />}
          {started && <PhotoList photos={photos} disabled={busy} onRemove={remove} onView={setView} />}
          {!busy && photos.length < MOST_PHOTOS && (
            <PhotoPicker compact={started} onPick={(files) => void add(files)} />
          )}
          <p className={styles.preparing} role="status">
            {preparing && 'Preparing the photos…'}
          </p>
          <Rejections rejections={rejections} />
          {started && (
            <Surroundings
              month={month}
              habitat={habitat}
              disabled={busy}
              onMonth={session.setMonth}
              onHabitat={session.setHabitat}
            />
          )}
          {busy ? (
            <Progress sent={sent} photos={photos.length} onCancel={cancelAsking} />
          ) : (
            started && (
              <div className={styles.send}>
                <Button look="primary" type="submit" disabled={preparing}>
                  Identify
                </Button>
                <p>
                  Photos are looked at and forgotten. Where they were taken is removed before they leave this device.
                </p>
              </div>
            )
          )}
        </form>
        {!busy && (
          <section className={styles.guide} aria-labelledby="views-title">
            <h2 id="views-title">One to five photos of the same mushroom</h2>
            <p>Each of these tells something that the others can’t. The underside and the dug-out base matter most.</p>
            <ViewGuide views={VIEWS} />
          </section>
        )}
      </div>
    </Page>
  );
}
