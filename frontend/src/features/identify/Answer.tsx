import { useEffect, useRef, type ReactNode } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import { Button } from '../../design/Button.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { VerdictBanner } from '../../verdict/VerdictBanner.tsx';
import { VERDICT_WORDS } from '../../verdict/verdict-words.ts';
import { Candidates } from './Candidates.tsx';
import { Lookalikes } from './Lookalikes.tsx';
import { MatchLine } from './MatchLine.tsx';
import { NothingSeen } from './NothingSeen.tsx';
import { Risk } from './Risk.tsx';
import { ViewGuide } from './ViewGuide.tsx';
import styles from './Answer.module.css';

interface AnswerProps {
  answer: IdentificationResponse;
  isFirstShown: (id: string) => boolean;
  /** Object URLs of the photos that were sent, in their order. */
  ownPhotos: readonly string[];
  poisonHelp: ReactNode;
  howOftenWrong: ReactNode;
  /** Absent where there is no room for another photo. */
  onAddPhotos?: () => void;
  onStartAgain: () => void;
}

/** What is said first: how dangerous it is where that is known, else that it isn't. */
function headlineOf({ decision, toxicity }: IdentificationResponse): string {
  if (decision === 'not_a_mushroom') return 'We see no mushroom here';
  if (decision === 'uncertain' && toxicity.verdict === 'unknown') return 'We can’t tell: do not eat it';
  return VERDICT_WORDS[toxicity.verdict].name;
}

/** The answer about one specimen: the verdict first, then what it rests on. */
export function Answer(props: AnswerProps) {
  const { answer, isFirstShown, ownPhotos, poisonHelp, howOftenWrong, onAddPhotos, onStartAgain } = props;
  const { decision, match, toxicity, candidates, lookalikes, nextViews, model, timings } = answer;
  const headline = headlineOf(answer);
  const heading = useRef<HTMLHeadingElement>(null);

  // Coming back to it, one stays where one was.
  useEffect(() => {
    if (!isFirstShown(answer.id)) return;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [answer.id, isFirstShown]);

  const title = (
    <h1 ref={heading} tabIndex={-1}>
      {headline}
    </h1>
  );

  return (
    <article className={styles.answer} aria-label="Answer">
      <title>{`${headline}${match ? `: ${match.taxon}` : ''} · Mushroom identifier`}</title>

      <div className={styles.first}>
        {decision === 'not_a_mushroom' ? (
          <NothingSeen title={title} advice={toxicity.advice} />
        ) : (
          <VerdictBanner verdict={toxicity.verdict} title={title}>
            {match ? (
              <MatchLine match={match} />
            ) : (
              <p className={styles.unnamed}>The photos fit several mushrooms, none of them well enough to name one.</p>
            )}
            {match && toxicity.verdict === 'unknown' && (
              <p>
                The name is a guess. Too little is known, or too much of what else it may be is dangerous, to say more.
              </p>
            )}
            <p>{toxicity.advice}</p>
            {toxicity.toxins.length > 0 && <p>Known to hold {toxicity.toxins.join(', ')}.</p>}
          </VerdictBanner>
        )}
        <ul role="list" className={styles.own} aria-label="Your photos">
          {ownPhotos.map((url, index) => (
            <li key={url}>
              <img src={url} alt={`Your photo ${index + 1}`} />
            </li>
          ))}
        </ul>
      </div>

      <div className={styles.columns}>
        <div className={styles.help}>{poisonHelp}</div>
        <div className={styles.evidence}>
          {decision !== 'not_a_mushroom' && (
            <>
              <Risk risk={toxicity.risk} />
              {lookalikes.length > 0 && (
                <Lookalikes lookalikes={lookalikes} ownPhoto={ownPhotos[0]} taxon={match?.taxon} />
              )}
              <Candidates candidates={candidates} />
            </>
          )}
          {nextViews.length > 0 && (
            <section className={styles.section}>
              <h2>{decision === 'not_a_mushroom' ? 'Try it with these photos' : 'To be surer, photograph'}</h2>
              <ViewGuide views={nextViews} />
            </section>
          )}
          <div className={styles.actions}>
            {onAddPhotos && (
              <Button look="primary" onClick={onAddPhotos}>
                {decision === 'not_a_mushroom' ? 'Change the photos' : 'Add photos of this one'}
              </Button>
            )}
            <Button onClick={onStartAgain}>Another mushroom</Button>
          </div>
        </div>
        <div className={styles.trust}>{howOftenWrong}</div>
      </div>

      <p className={styles.origin}>
        Answered by {model.name}, version {model.version}, in{' '}
        {Math.round(timings.decodeMs + timings.queueMs + timings.inferMs)} ms
        {match?.rank === 'genus' && (
          <>
            . A genus such as <TaxonName>{match.taxon}</TaxonName> is a group of related species
          </>
        )}
        .
      </p>
    </article>
  );
}
