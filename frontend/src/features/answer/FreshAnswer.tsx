import { useEffect, useRef, type ReactNode } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { useTranslation } from 'react-i18next';
import type { GivenAnswer } from '../../api/given-answer.ts';
import { Button } from '../../design/Button.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { Answer, type AnswerParts } from './Answer.tsx';
import type { AskingAgain } from './asking-again.ts';
import { LayeredPhotos } from './LayeredPhotos.tsx';
import { ShareAnswer } from './ShareAnswer.tsx';
import styles from './FreshAnswer.module.css';

/** Makes the way to keep an answer, with the first of its photos. */
export type Keeping = (answer: IdentificationResponse, photo: Blob | undefined) => ReactNode;

/** A photo that was judged. */
interface OwnPhoto {
  image: Blob;
  /** An object URL of `image`. */
  preview: string;
}

interface FreshAnswerProps extends AnswerParts, AskingAgain {
  answer: GivenAnswer;
  /** True once an answer: when it is new, and the reader is to be taken to it. */
  isFirstShown: (id: string) => boolean;
  photos: readonly OwnPhoto[];
  keeping: Keeping;
  /** Absent where there is no room for another photo. */
  onAddPhotos?: () => void;
  onStartAgain: () => void;
}

/** An answer that has just come: the reader is taken to it, and can add photos, keep it and pass it on. */
export function FreshAnswer(props: FreshAnswerProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { answer, isFirstShown, photos, explain, outline, keeping, onAddPhotos, onStartAgain, ...parts } = props;
  const { decision, model, timings } = answer;
  const heading = useRef<HTMLHeadingElement>(null);

  // Coming back to it, one stays where one was.
  useEffect(() => {
    if (!isFirstShown(answer.id)) return;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [answer.id, isFirstShown]);

  const ownPhotos = photos.map(({ preview }) => preview);
  const nothing = decision === 'not_a_mushroom';
  return (
    <Answer
      {...parts}
      answer={answer}
      heading={heading}
      ownPhotos={ownPhotos}
      photoView={
        <LayeredPhotos key={answer.id} answer={answer} photos={ownPhotos} explain={explain} outline={outline} />
      }
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
