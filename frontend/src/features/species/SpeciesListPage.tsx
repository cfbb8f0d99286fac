import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Button } from '../../design/Button.tsx';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { SpeciesCard } from './SpeciesCard.tsx';
import { SpeciesFilters } from './SpeciesFilters.tsx';
import { speciesListQuery } from './species-list.api.ts';
import { useSpeciesFilter } from './useSpeciesFilter.ts';
import styles from './SpeciesListPage.module.css';

export function SpeciesListPage() {
  const [filter, change] = useSpeciesFilter();
  const { data, error, isPending, isPlaceholderData, isFetching, refetch } = useQuery(speciesListQuery(filter));
  const id = useId();
  const pages = data ? Math.max(1, Math.ceil(data.total / data.pageSize)) : 1;

  return (
    <Page
      title="Species"
      lead="What is known of each, where that comes from, and what it is confused with. Not a list of what to eat."
    >
      <SpeciesFilters
        filter={filter}
        families={[...new Set(data?.species.map(({ family }) => family).filter(Boolean))].sort()}
        onChange={change}
      />
      <section className={styles.results} aria-labelledby={`${id}count`} aria-busy={isFetching}>
        <h2 id={`${id}count`} className={styles.count}>
          <span role="status">
            {data ? `${data.total.toLocaleString('en')} ${data.total === 1 ? 'entry' : 'entries'}` : 'Entries'}
          </span>
        </h2>
        {error ? (
          <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />
        ) : isPending ? (
          <Waiting>Fetching the species…</Waiting>
        ) : data.total === 0 ? (
          <div className={styles.none}>
            <p>
              Nothing fits. Names are found in Latin and English, older names too; a family is spelled out, like
              Amanitaceae.
            </p>
            <Button onClick={() => change({ q: '', toxicity: '', family: '', month: '' })}>Show all species</Button>
          </div>
        ) : (
          <ul role="list" className={`${styles.list} ${isPlaceholderData ? styles.stale : ''}`}>
            {data.species.map((species) => (
              <li key={species.slug}>
                <SpeciesCard species={species} />
              </li>
            ))}
          </ul>
        )}
        {pages > 1 && (
          <nav className={styles.pages} aria-label="Pages">
            <Button disabled={filter.page <= 1} onClick={() => change({ page: filter.page - 1 })}>
              Previous
            </Button>
            <span>
              Page {filter.page} of {pages}
            </span>
            <Button disabled={filter.page >= pages} onClick={() => change({ page: filter.page + 1 })}>
              Next
            </Button>
          </nav>
        )}
      </section>
    </Page>
  );
}
