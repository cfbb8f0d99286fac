import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
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
  const { t } = useTranslation();
  const [filter, change] = useSpeciesFilter();
  const { data, error, isPending, isPlaceholderData, isFetching, refetch } = useQuery(speciesListQuery(filter));
  const id = useId();
  const pages = data ? Math.max(1, Math.ceil(data.total / data.pageSize)) : 1;

  return (
    <Page title={t('species.title')} lead={t('species.lead')}>
      <SpeciesFilters filter={filter} families={data?.facets.families ?? []} onChange={change} />
      <section className={styles.results} aria-labelledby={`${id}count`} aria-busy={isFetching}>
        <h2 id={`${id}count`} className={styles.count}>
          <span role="status">{data ? t('species.count', { count: data.total }) : t('species.title')}</span>
        </h2>
        {error && !data ? (
          <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />
        ) : isPending ? (
          <Waiting>{t('species.looking')}</Waiting>
        ) : data.total === 0 ? (
          <div className={styles.none}>
            <p>{t('species.none')}</p>
            <Button onClick={() => change({ q: '', toxicity: '', family: '', month: '' })}>
              {t('species.showAll')}
            </Button>
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
          <nav className={styles.pages} aria-label={t('species.pages')}>
            <Button disabled={filter.page <= 1} onClick={() => change({ page: filter.page - 1 })}>
              {t('species.previous')}
            </Button>
            <span>{t('species.pageOf', { page: filter.page, pages })}</span>
            <Button disabled={filter.page >= pages} onClick={() => change({ page: filter.page + 1 })}>
              {t('species.next')}
            </Button>
          </nav>
        )}
      </section>
    </Page>
  );
}
