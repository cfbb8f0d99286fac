import { useQuery } from '@tanstack/react-query';
import type { Match } from '@mushroom/models/decision/identification';
import { slugOf } from '@mushroom/models/taxonomy/taxon';
import { Link } from 'react-router';
import { evaluationFrom, measuredAccuracy } from '../../api/evaluation.ts';
import { servedModelQuery } from '../../api/models.api.ts';
import { percent } from '../../design/percent.ts';
import { TaxonName } from '../../design/TaxonName.tsx';
import { sureness } from './score-words.ts';
import styles from './MatchLine.module.css';

/** What it most likely is, at the rank that can be told, how sure the model is, and what that was worth elsewhere. */
export function MatchLine({ match }: { match: Match }) {
  const { taxon, rank, commonName, score } = match;
  const { data } = useQuery(servedModelQuery);
  const accuracy = data ? measuredAccuracy(evaluationFrom(data.evaluation), rank, score) : null;
  return (
    <div className={styles.match}>
      <p className={styles.taxon}>
        {rank === 'genus' && 'A kind of '}
        <Link to={`/species/${slugOf(taxon)}`}>
          <TaxonName>{taxon}</TaxonName>
        </Link>
        {commonName && <span className={styles.common}>{commonName}</span>}
      </p>
      <p>
        {rank === 'genus' && 'Which species can’t be told from these photos. '}
        <strong>
          The model is {sureness(score)}, {percent(score)}.
        </strong>{' '}
        {accuracy === null
          ? 'On photos unlike those it learned from, it is right less often than that.'
          : `On other people’s photos, ${percent(accuracy)} of the names it was as sure of were right.`}
      </p>
    </div>
  );
}
