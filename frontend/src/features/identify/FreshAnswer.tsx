import { useEffect, useRef, type ReactNode } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { Answer } from './Answer.tsx';
import type { GivenAnswer } from './identify-specimen.ts';
import { LayeredPhotos } from './LayeredPhotos.tsx';
import { ShareAnswer } from './ShareAnswer.tsx';
import type { Photo } from './usePhotos.ts';
import styles from './FreshAnswer.module.css';

/** Makes the way to keep an answer, with the first of its photos. */
export type Keeping = (answer: IdentificationResponse, photo: Blob | undefined) => ReactNode;

/** What the page that asked knows of an answer. */
export interface AnswerViewProps {
  answer: GivenAnswer;
  isFirstShown: (id: string) => boolean;
  photos: readonly Photo[];
  /** Absent where there is no room for another photo. */
  onAddPhotos?: () => void;
  onStartAgain: () => void;
}

/** Other features' parts of it. */
interface AnswerParts {
  poisonHelp: ReactNode;
  howOftenWrong: ReactNode;
  keeping: Keeping;
}

/** An answer that has just come: the reader is taken to it, and can add photos, keep it and pass it on. */
export function FreshAnswer(props: AnswerViewProps & AnswerParts) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { answer, isFirstShown, photos, poisonHelp, howOftenWrong, keeping, onAddPhotos, onStartAgain } = props;
  const { decision, model, timings } = answer;
  const heading = useRef<HTMLHeadingElement>(null);

  // Coming back to it, one stays where one was.
  useEffect(() => {
    if (!isFirstShown(answer.id)) return;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [answer.id, isFirstShown]);

  const nothing = decision === 'not_a_mushroom';
  return (
    <Answer
      answer={answer}
      heading={heading}
      ownPhotos={photos.map(({ preview }) => preview)}
      photoView={<LayeredPhotos key={answer.id} answer={answer} photos={photos} />}
      poisonHelp={poisonHelp}
      howOftenWrong={howOftenWrong}
      origin={t(answer.onDevice ? 'answer.originDevice' : 'answer.origin', {
        name: model.name,
        version: model.version,
        milliseconds: number(timings.decodeMs + timings.queueMs + timings.inferMs),
      })}
      actions={
        <>
          <div className={styles.actions}>
            {onAddPhotos && (
              <Button look="primary" onClick={onAddPhotos}>
                {t(nothing ? 'answer.change' : 'answer.addPhotos')}
              </Button>
            )}
            <Button onClick={onStartAgain}>{t('answer.another')}</Button>
          </div>
          {!nothing && (
            <div className={styles.after}>
              {keeping(answer, photos[0]?.image)}
              <ShareAnswer answer={answer} photo={photos[0]?.image} />
            </div>
          )}
        </>
      }
    />
  );
}
