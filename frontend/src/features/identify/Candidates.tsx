import type { Candidate } from '@mushroom/models/decision/identification';
import { slugOf } from '@mushroom/models/taxonomy/taxon';
import { Link } from 'react-router';
import { Bar } from '../../design/Bar.tsx';
import { percent } from '../../design/percent.ts';
import { TaxonName } from '../../design/TaxonName.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import styles from './Candidates.module.css';

/** Everything else it may be, best first. */
export function Candidates({ candidates }: { candidates: readonly Candidate[] }) {
  const rest = 1 - candidates.reduce((sum, { score }) => sum + score, 0);
  return (
    <section className={styles.candidates}>
      <h2>What it may be</h2>
      <ol role="list">
        {candidates.map(({ taxon, rank, commonName, score, toxicity }) => (
          <li key={`${rank} ${taxon}`}>
            <div className={styles.line}>
              <p>
                {rank === 'genus' && 'Another '}
                <Link to={`/species/${slugOf(taxon)}`}>
                  <TaxonName>{taxon}</TaxonName>
                </Link>
                {commonName && <span className={styles.common}> {commonName}</span>}
              </p>
              <span className={styles.score}>{percent(score)}</span>
            </div>
            <Bar share={score} />
            <VerdictTag verdict={toxicity} />
          </li>
        ))}
        {rest > 0.01 && (
          <li>
            <div className={styles.line}>
              <p>Something else</p>
              <span className={styles.score}>{percent(rest)}</span>
            </div>
            <Bar share={rest} />
          </li>
        )}
      </ol>
    </section>
  );
}
