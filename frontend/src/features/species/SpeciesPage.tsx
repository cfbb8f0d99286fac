import { useQuery } from '@tanstack/react-query';
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
import { VERDICT_WORDS } from '../../verdict/verdict-words.ts';
import { Season } from './Season.tsx';
import { sourceName } from './sources.ts';
import styles from './SpeciesPage.module.css';

export function SpeciesPage() {
  const { slug = '' } = useParams();
  const { data, error, isFetching, refetch } = useQuery(speciesQuery(slug));

  if (error instanceof ApiProblem && error.problem.status === 404) {
    const name = slug.replaceAll('-', ' ');
    return (
      <Page title="No facts on this one" lead="Nobody has written this taxon up here. Treat it as dangerous.">
        <p>
          <Link to={`/species?q=${encodeURIComponent(name)}`}>Look for “{name}” in the list</Link>
        </p>
      </Page>
    );
  }
  if (error) {
    return (
      <Page title="Species">
        <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />
      </Page>
    );
  }
  if (!data) return <Waiting>Fetching the facts…</Waiting>;
  return <Facts species={data} />;
}

function Facts({ species }: { species: SpeciesDetail }) {
  const { taxon, rank, commonName, family, order, genus, toxicity, photos, lookalikes, sources } = species;
  return (
    <article className={styles.species}>
      <title>{`${taxon}${commonName ? `, ${commonName}` : ''} · Mushroom identifier`}</title>
      <header className={styles.head}>
        <h1>
          <TaxonName>{taxon}</TaxonName>
          {commonName && <span className={styles.common}>{commonName}</span>}
        </h1>
        <p className={styles.place}>
          {rank === 'genus' ? 'Genus' : <>Genus {genus}</>}
          {family && (
            <>
              {' · family '}
              <Link to={`/species?family=${encodeURIComponent(family)}`}>{family}</Link>
            </>
          )}
          {order && ` · order ${order}`}
        </p>
      </header>

      <VerdictBanner verdict={toxicity} title={<p>{VERDICT_WORDS[toxicity].name}</p>}>
        <p>
          {rank === 'genus' && 'The verdict on its most dangerous known member. '}
          {VERDICT_WORDS[toxicity].meaning}
        </p>
        {!species.researched && (
          <p>
            <strong>Not researched yet:</strong> nobody has looked up the facts on this one, so nothing here speaks for
            it. Do not eat it.
          </p>
        )}
      </VerdictBanner>

      {photos.length > 0 && (
        <ul role="list" className={styles.photos} aria-label="Photos">
          {photos.map((photo, index) => (
            <li key={photo.url}>
              <LicensedPhoto photo={photo} alt={`${commonName ?? taxon}, photo ${index + 1}`} lazy={index > 0} />
            </li>
          ))}
        </ul>
      )}

      <div className={styles.columns}>
        <section className={styles.section}>
          <h2>Facts</h2>
          <dl className={styles.facts}>
            <Fact name="Toxins" value={species.toxins.join(', ')} />
            <Fact name="Poisoning" value={species.syndrome} />
            <Fact
              name="First signs after"
              value={species.onsetHours && `${species.onsetHours.replace('-', '–')} hours`}
            />
            <Fact name="Grows in" value={species.habitat.join(', ')} />
            <Fact name="On" value={species.substrate.join(', ')} />
            <Fact name="Found in" value={species.regions.join(', ')} />
            {species.season && (
              <div>
                <dt>Season</dt>
                <dd>
                  <Season season={species.season} />
                </dd>
              </div>
            )}
            {species.synonyms.length > 0 && (
              <div>
                <dt>Also named</dt>
                <dd>
                  {species.synonyms.map((synonym) => (
                    <span key={synonym} className={styles.synonym}>
                      <TaxonName>{synonym}</TaxonName>
                    </span>
                  ))}
                </dd>
              </div>
            )}
            <Fact name="Note" value={species.researched ? species.note : null} />
            <Fact
              name="The identifier"
              value={
                species.knownToModel
                  ? 'Can name it from photos.'
                  : 'Can’t name it: too few photos to learn it from. It will be taken for something else, or not named.'
              }
            />
          </dl>
        </section>

        <section className={styles.section}>
          <h2>Sources</h2>
          <p>{sources.length > 0 ? sources.map(sourceName).join('; ') : 'None named'}.</p>
          {!species.sourcesAgree && <p>They disagree about how dangerous it is; the worst of them counts here.</p>}
        </section>
      </div>

      {lookalikes.length > 0 && (
        <section className={styles.section}>
          <h2>Confused with</h2>
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
