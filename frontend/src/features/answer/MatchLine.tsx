import { useQuery } from '@tanstack/react-query';
import type { Match } from '@mushroom/recognition/decision/identification';
import { slugOf } from '@mushroom/recognition/taxonomy/taxon';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { evaluationFrom, measuredAccuracy } from '../../api/evaluation.ts';
import { servedModelQuery } from '../../api/models.api.ts';
import { CommonName } from '../../design/CommonName.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { sureness } from './score-words.ts';
import styles from './MatchLine.module.css';

interface MatchLineProps {
  match: Match;
  /** Of the model that answered. */
  version: string;
}

/** What it most likely is, at the rank that can be told, how sure the model is, and what that was worth elsewhere. */
export function MatchLine({ match: { taxon, rank, commonName, score }, version }: MatchLineProps) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const { data } = useQuery(servedModelQuery);
  const evaluation = data?.version === version ? evaluationFrom(data.evaluation) : null;
  const accuracy = measuredAccuracy(evaluation, rank, score);
  const link = (
    <Link to={`/species/${slugOf(taxon)}`}>
      <TaxonName>{taxon}</TaxonName>
    </Link>
  );
  return (
    <div className={styles.match}>
      <p className={styles.taxon}>
        {rank === 'genus' ? <Trans i18nKey="answer.aKindOf" components={{ taxon: link }} /> : link}
        <CommonName taxon={taxon} english={commonName} className={styles.common} />
      </p>
      <p>
        {rank === 'genus' && `${t('answer.whichSpecies')} `}
        <strong>
          {t('answer.sureLine', { sure: t(`answer.sure.${sureness(score, accuracy)}`), score: percent(score) })}
        </strong>{' '}
        {accuracy === null ? t('answer.notMeasured') : t('answer.measured', { accuracy: percent(accuracy) })}
      </p>
    </div>
  );
}
