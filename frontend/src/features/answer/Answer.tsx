import type { ComponentType, ReactNode, RefObject } from 'react';
import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';
import type { View } from '@mushroom/recognition/decision/identification';
import type { TFunction } from 'i18next';
import { Trans, useTranslation } from 'react-i18next';
import { TaxonName } from '../../design/TaxonName.tsx';
import { useTerms } from '../../language/useTerms.ts';
import { VerdictBanner } from '../../verdict/VerdictBanner.tsx';
import { Candidates } from './Candidates.tsx';
import { Lookalikes } from './Lookalikes.tsx';
import { MatchLine } from './MatchLine.tsx';
import { NothingSeen } from './NothingSeen.tsx';
import { OwnPhotos } from './OwnPhotos.tsx';
import { Risk } from './Risk.tsx';
import styles from './Answer.module.css';

/** What is shown of an answer; the advice is worded here, in the reader's language. */
export type ShownAnswer = Pick<
  IdentificationResponse,
  'model' | 'decision' | 'match' | 'candidates' | 'lookalikes' | 'nextViews'
> & { toxicity: Omit<IdentificationResponse['toxicity'], 'advice'> };

/** Other features' parts of an answer, handed in. */
export interface AnswerParts {
  poisonHelp: ReactNode;
  howOftenWrong: ReactNode;
  /** Shows how to take the photos that would make an answer surer. */
  ViewGuide: ComponentType<{ views: readonly View[] }>;
}

interface AnswerProps extends AnswerParts {
  answer: ShownAnswer;
  heading?: RefObject<HTMLHeadingElement | null>;
  /** Addresses of the photos that were judged, in their order. */
  ownPhotos: readonly string[];
  /** Shows them; plainly where it is not given. */
  photoView?: ReactNode;
  /** What can be done with it. */
  actions: ReactNode;
  /** Who answered, and when or how fast. */
  origin: string;
}

/** What is said first: how dangerous it is where that is known, else that it isn't. */
function headlineOf({ decision, toxicity }: ShownAnswer, t: TFunction): string {
  if (decision === 'not_a_mushroom') return t('answer.noMushroom');
  if (decision === 'uncertain' && toxicity.verdict === 'unknown') return t('answer.cantTell');
  return t(`verdict.${toxicity.verdict}.name`);
}

/** The answer about one specimen: the verdict first, then what it rests on. */
export function Answer(props: AnswerProps) {
  const { t, i18n } = useTranslation();
  const { answer, heading, ownPhotos, photoView, poisonHelp, howOftenWrong, ViewGuide, actions, origin } = props;
  const { decision, match, toxicity, candidates, lookalikes, nextViews, model } = answer;
  const term = useTerms();
  const headline = headlineOf(answer, t);
  const toxins = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(
    toxicity.toxins.map((toxin) => term('toxins', toxin) ?? toxin),
  );

  const title = (
    <h1 ref={heading} tabIndex={-1}>
      {headline}
    </h1>
  );

  return (
    <article className={styles.answer} aria-label={t('answer.label')}>
      <title>{`${headline}${match ? `: ${match.taxon}` : ''} · ${t('title')}`}</title>

      <div className={styles.first}>
        {decision === 'not_a_mushroom' ? (
          <NothingSeen title={title} />
        ) : (
          <VerdictBanner verdict={toxicity.verdict} title={title}>
            {match ? (
              <MatchLine match={match} version={model.version} />
            ) : (
              <p className={styles.unnamed}>{t('answer.unnamed')}</p>
            )}
            {match && toxicity.verdict === 'unknown' && <p>{t('answer.guess')}</p>}
            <p>{t(`verdict.${toxicity.verdict}.advice`)}</p>
            {toxicity.toxins.length > 0 && <p>{t('answer.toxins', { toxins })}</p>}
          </VerdictBanner>
        )}
        {photoView ?? (ownPhotos.length > 0 && <OwnPhotos photos={ownPhotos} />)}
      </div>

      <div className={styles.columns}>
        <div className={styles.help}>{poisonHelp}</div>
        <div className={styles.evidence}>
          {decision !== 'not_a_mushroom' && (
            <>
              <Risk risk={toxicity.risk} />
              {lookalikes.length > 0 && (
                <Lookalikes lookalikes={lookalikes} ownPhotos={ownPhotos} taxon={match?.taxon} />
              )}
              <Candidates candidates={candidates} />
            </>
          )}
          {nextViews.length > 0 && (
            <section className={styles.section}>
              <h2>{t(decision === 'not_a_mushroom' ? 'answer.tryThese' : 'answer.surer')}</h2>
              <ViewGuide views={nextViews} />
            </section>
          )}
          {actions}
        </div>
        <div className={styles.trust}>{howOftenWrong}</div>
      </div>

      <p className={styles.origin}>
        {origin}{' '}
        {match?.rank === 'genus' && (
          <Trans i18nKey="answer.genus" values={{ genus: match.taxon }} components={{ taxon: <TaxonName /> }} />
        )}
      </p>
    </article>
  );
}
