import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { ApiProblem } from '../../api/problem.ts';
import { speciesQuery } from '../../api/species.api.ts';
import { CommonName } from '../../design/CommonName.tsx';
import { LicensedPhoto } from '../../design/LicensedPhoto.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { TaxonName } from '../../design/TaxonName.tsx';
import { Terms } from '../../design/Terms.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { useCommonName } from '../../language/useCommonName.ts';
import { useTerms, type TermList } from '../../language/useTerms.ts';
import { VerdictBanner } from '../../verdict/VerdictBanner.tsx';
import { VerdictTag } from '../../verdict/VerdictTag.tsx';
import { Fact } from './Fact.tsx';
import { OtherNames } from './OtherNames.tsx';
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
  const { t } = useTranslation();
  const term = useTerms();
  const { taxon, rank, family, order, genus, toxicity, photos, lookalikes, sources } = species;
  const commonName = useCommonName(taxon, species.commonName);
  const note = species.researched ? species.note : null;
  const noteInWords = note !== null ? term('notes', note) : undefined;
  return (
    <article className={styles.species}>
      <title>{`${taxon}${commonName ? `, ${commonName}` : ''} · ${t('title')}`}</title>
      <header className={styles.head}>
        <h1>
          <TaxonName>{taxon}</TaxonName>
          {commonName !== null && <span className={styles.common}>{commonName}</span>}
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
            <TermsFact name={t('species.toxins')} list="toxins" values={species.toxins} />
            <TermsFact
              name={t('species.poisoning')}
              list="syndromes"
              values={species.syndrome === null ? [] : [species.syndrome]}
            />
            {species.onsetHours !== null && (
              <Fact name={t('species.onset')}>
                {t('species.hours', { hours: species.onsetHours.replace('-', '–') })}
              </Fact>
            )}
            <TermsFact name={t('species.habitat')} list="habitats" values={species.habitat} />
            <TermsFact name={t('species.substrate')} list="substrates" values={species.substrate} />
            <TermsFact name={t('species.regions')} list="regions" values={species.regions} />
            {species.season && (
              <Fact name={t('species.season')}>
                <Season season={species.season} />
              </Fact>
            )}
            {species.synonyms.length > 0 && (
              <Fact name={t('species.synonyms')}>
                {species.synonyms.map((synonym) => (
                  <span key={synonym} className={styles.synonym}>
                    <TaxonName>{synonym}</TaxonName>
                  </span>
                ))}
              </Fact>
            )}
            <OtherNames species={species} shown={commonName} />
            {noteInWords !== undefined && <Fact name={t('species.note')}>{noteInWords}</Fact>}
            <Fact name={t('species.identifier')}>{t(species.knownToModel ? 'species.known' : 'species.notKnown')}</Fact>
          </dl>
        </section>

        <div className={styles.beside}>
          {note !== null && noteInWords === undefined && (
            <section className={styles.section}>
              <h2>{t('species.noteInEnglish')}</h2>
              <p lang="en">{note}</p>
            </section>
          )}

          <section className={styles.section}>
            <h2>{t('species.sources')}</h2>
            <p>
              {sources.length > 0 ? sources.map((source) => sourceName(source, t)).join('; ') : t('species.noSources')}.
            </p>
            {!species.sourcesAgree && <p>{t('species.disagree')}</p>}
            {species.names.length > 0 && <p>{t('species.nameSources')}</p>}
          </section>
        </div>
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
                  <CommonName taxon={lookalike.taxon} english={lookalike.commonName} />
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

function TermsFact({ name, list, values }: { name: string; list: TermList; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <Fact name={name}>
      <Terms list={list} values={values} />
    </Fact>
  );
}
