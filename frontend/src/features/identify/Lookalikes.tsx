import { useQuery } from '@tanstack/react-query';
import type { Lookalike } from '@mushroom/models/decision/identification';
import { slugOf } from '@mushroom/models/taxonomy/taxon';
import { Link } from 'react-router';
import { speciesQuery } from '../../api/species.api.ts';
import { LicensedPhoto } from '../../design/LicensedPhoto.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import styles from './Lookalikes.module.css';

interface LookalikesProps {
  lookalikes: readonly Lookalike[];
  ownPhoto?: string;
  /** What the answer named, if it named anything. */
  taxon?: string;
}

/** The dangerous mushrooms it may be taken for, each beside the user's own photo. */
export function Lookalikes({ lookalikes, ownPhoto, taxon }: LookalikesProps) {
  return (
    <section className={styles.lookalikes}>
      <h2>Dangerous look-alikes</h2>
      <p>
        {taxon ? (
          <>
            People have taken these for <TaxonName>{taxon}</TaxonName>, or the other way round.
          </>
        ) : (
          'What you photographed may be one of these.'
        )}{' '}
        Compare the underside and the base, not only the colour.
      </p>
      <ul role="list">
        {ownPhoto && (
          <li className={styles.own}>
            <img src={ownPhoto} alt="Your photo" />
            <p>Yours</p>
          </li>
        )}
        {lookalikes.map((lookalike) => (
          <li key={lookalike.taxon}>
            <LookalikeCard lookalike={lookalike} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function LookalikeCard({ lookalike: { taxon, commonName, toxicity } }: { lookalike: Lookalike }) {
  const { data, isPending } = useQuery(speciesQuery(slugOf(taxon)));
  const photo = data?.photos[0];
  return (
    <div className={styles.card}>
      {photo ? (
        <LicensedPhoto photo={photo} alt={`${commonName ?? taxon}, for comparison`} />
      ) : (
        <p className={styles.none}>{isPending ? 'Fetching a photo…' : 'No free photo of it yet'}</p>
      )}
      <p className={styles.name}>
        <Link to={`/species/${slugOf(taxon)}`}>
          <TaxonName>{taxon}</TaxonName>
        </Link>
        {commonName && <span>{commonName}</span>}
      </p>
      <VerdictTag verdict={toxicity} />
    </div>
  );
}
