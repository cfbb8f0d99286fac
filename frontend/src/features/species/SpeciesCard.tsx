import type { SpeciesSummary } from '@mushroom/api-service/species/species.schema';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CommonName } from '../../design/CommonName.tsx';
import { authorOf } from '../../design/photo-author.ts';
import { TaxonName } from '../../design/TaxonName.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import styles from './SpeciesCard.module.css';

/** A species in the list. The photo's author stands beside it here, its licence and source on its page. */
export function SpeciesCard({ species }: { species: SpeciesSummary }) {
  const { t } = useTranslation();
  const { taxon, slug, rank, commonName, family, toxicity, photo } = species;
  return (
    <div className={styles.card}>
      <div className={styles.picture}>
        {photo ? <img src={photo.url} alt="" loading="lazy" decoding="async" /> : <NoPhoto />}
      </div>
      <div className={styles.words}>
        <Link className={styles.link} to={`/species/${slug}`}>
          <TaxonName>{taxon}</TaxonName>
          <CommonName taxon={taxon} english={commonName} className={styles.common} />
        </Link>
        <VerdictTag verdict={toxicity} />
        <p className={styles.small}>
          {rank === 'genus' ? t('species.genus') : family}
          {photo && (
            <>
              {' · '}
              {t('species.photoBy', { author: authorOf(photo, t) || t('species.notNamed'), licence: photo.licence })}
            </>
          )}
        </p>
      </div>
    </div>
  );
}

function NoPhoto() {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path d="M14 34c0-11 8-18 18-18s18 7 18 18c-6 2-30 2-36 0zM27 36c1 7 0 10-2 14h14c-2-4-3-7-2-14" />
    </svg>
  );
}
