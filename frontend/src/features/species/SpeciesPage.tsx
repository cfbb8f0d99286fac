import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { ApiProblem } from '../../api/problem.ts';
import { speciesQuery } from '../../api/species.api.ts';
import { LicensedPhoto } from '../../design/LicensedPhoto.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { VerdictBanner } from '../../verdict/VerdictBanner.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import { Season } from './Season.tsx';
import { sourceName } from './sources.ts';
import styles from './SpeciesPage.module.css';

export function SpeciesPage() {
  const { t } = useTranslation();
  const { slug = '' } = useParams();
  const { data, error, isFetching, refetch } = useQuery(speciesQuery(slug));

  if (error instanceof ApiProblem && error.problem.status === 404) {
    const name = slug.replaceAll('-', ' ');
    return (
      <Page title={t('species.noFacts')} lead={t('species.noFactsLead')}>
        <p>
          <Link to={`/species?q=${encodeURIComponent(name)}`}>{t('species.lookFor', { name })}</Link>
        </p>
      </Page>
    );
  }
  // Those that were there before are facts still.
  if (error && !data) {
    return (
      <Page title={t('species.title')}>
        <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />
      </Page>
    );
  }
  if (!data) return <Waiting>{t('species.fetching')}</Waiting>;
  return <Facts species={data} />;
}

function Facts({ species }: { species: SpeciesDetail }) {
  const { t, i18n } = useTranslation();
  const { taxon, rank, commonName, family, order, genus, toxicity, photos, lookalikes, sources } = species;
  return (
    <article className={styles.species}>
      <title>{`${taxon}${commonName ? `, ${commonName}` : ''} · ${t('title')}`}</title>
      <header className={styles.head}>
        <h1>
          <TaxonName>{taxon}</TaxonName>
          {commonName && (
            <span className={styles.common} lang="en">
              {commonName}
            </span>
          )}
        </h1>
        <p className={styles.place}>
          {rank === 'genus' ? t('species.genus') : t('species.ofGenus', { genus })}
          {family && (
            <>
              {` · ${t('species.ofFamily')} `}
              <Link to={`/species?family=${encodeURIComponent(family)}`}>{family}</Link>
            </>
          )}
          {order && ` · ${t('species.ofOrder', { order })}`}
        </p>
      </header>

      <VerdictBanner verdict={toxicity} title={<p>{t(`verdict.${toxicity}.name`)}</p>}>
        <p>
          {rank === 'genus' && `${t('species.genusVerdict')} `}
          {t(`verdict.${toxicity}.meaning`)}
        </p>
        {!species.researched && (
          <p>
            <strong>{t('species.notResearched')}</strong> {t('species.notResearchedWhat')}
          </p>
        )}
      </VerdictBanner>

      {photos.length > 0 && (
        <ul role="list" className={styles.photos} aria-label={t('species.photos')}>
          {photos.map((photo, index) => (
            <li key={photo.url}>
              <LicensedPhoto
                photo={photo}
                alt={t('species.photoOf', { name: commonName ?? taxon, number: index + 1 })}
                lazy={index > 0}
              />
            </li>
          ))}
        </ul>
      )}

      <div className={styles.columns}>
        <section className={styles.section}>
          <h2>{t('species.facts')}</h2>
          <dl className={styles.facts}>
            <Fact name={t('species.toxins')} value={species.toxins.join(', ')} />
            <Fact name={t('species.poisoning')} value={species.syndrome} />
            <Fact
              name={t('species.onset')}
              value={species.onsetHours && t('species.hours', { hours: species.onsetHours.replace('-', '–') })}
            />
            <Fact name={t('species.habitat')} value={species.habitat.join(', ')} />
            <Fact name={t('species.substrate')} value={species.substrate.join(', ')} />
            <Fact name={t('species.regions')} value={species.regions.join(', ')} />
            {species.season && (
              <div>
                <dt>{t('species.season')}</dt>
                <dd>
                  <Season season={species.season} />
                </dd>
              </div>
            )}
            {species.synonyms.length > 0 && (
              <div>
                <dt>{t('species.synonyms')}</dt>
                <dd>
                  {species.synonyms.map((synonym) => (
                    <span key={synonym} className={styles.synonym}>
                      <TaxonName>{synonym}</TaxonName>
                    </span>
                  ))}
                </dd>
              </div>
            )}
            <Fact name={t('species.note')} value={species.researched ? species.note : null} />
            <Fact
              name={t('species.identifier')}
              value={t(species.knownToModel ? 'species.known' : 'species.notKnown')}
            />
          </dl>
        </section>

        <section className={styles.section}>
          <h2>{t('species.sources')}</h2>
          <p>
            {sources.length > 0 ? sources.map((source) => sourceName(source, t)).join('; ') : t('species.noSources')}.
          </p>
          {i18n.language !== 'en' && <p>{t('species.inEnglish')}</p>}
          {!species.sourcesAgree && <p>{t('species.disagree')}</p>}
        </section>
      </div>

      {lookalikes.length > 0 && (
        <section className={styles.section}>
          <h2>{t('species.confusedWith')}</h2>
          <ul role="list" className={styles.lookalikes}>
            {lookalikes.map((lookalike) => (
              <li key={lookalike.taxon}>
                <p>
                  {lookalike.slug ? (
                    <Link to={`/species/${lookalike.slug}`}>
                      <TaxonName>{lookalike.taxon}</TaxonName>
                    </Link>
                  ) : (
                    <TaxonName>{lookalike.taxon}</TaxonName>
                  )}{' '}
                  {lookalike.commonName}
                </p>
                <VerdictTag verdict={lookalike.toxicity} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
