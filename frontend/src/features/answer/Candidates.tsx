import type { Candidate } from '@mushroom/recognition/decision/identification';
import { slugOf } from '@mushroom/recognition/taxonomy/taxon';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Bar } from '../../design/Bar.tsx';
import { CommonName } from '../../design/CommonName.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { useFormats } from '../../language/useFormats.ts';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import styles from './Candidates.module.css';

/** Everything else it may be, best first. */
export function Candidates({ candidates }: { candidates: readonly Candidate[] }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const rest = 1 - candidates.reduce((sum, { score }) => sum + score, 0);
  return (
    <section className={styles.candidates}>
      <h2>{t('answer.candidates')}</h2>
      <ol role="list">
        {candidates.map(({ taxon, rank, commonName, score, toxicity }) => (
          <li key={`${rank} ${taxon}`}>
            <div className={styles.line}>
              <p>
                {rank === 'genus' ? (
                  <Trans i18nKey="answer.anotherOf" components={{ taxon: <TaxonLink taxon={taxon} /> }} />
                ) : (
                  <TaxonLink taxon={taxon} />
                )}{' '}
                <CommonName taxon={taxon} english={commonName} className={styles.common} />
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
              <p>{t('answer.somethingElse')}</p>
              <span className={styles.score}>{percent(rest)}</span>
            </div>
            <Bar share={rest} />
          </li>
        )}
      </ol>
    </section>
  );
}

function TaxonLink({ taxon }: { taxon: string }) {
  return (
    <Link to={`/species/${slugOf(taxon)}`}>
      <TaxonName>{taxon}</TaxonName>
    </Link>
  );
}
