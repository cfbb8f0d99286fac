import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { experimentsQuery } from '../../api/models.api.ts';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { useFormats } from '../../language/useFormats.ts';
import tableStyles from './FigureTable.module.css';
import styles from './ModelFacts.module.css';

/** Training runs side by side, as the service ranks them. */
export function Leaderboard() {
  const { t } = useTranslation();
  const { percent } = useFormats();
  const { data, error, isPending, isFetching, refetch } = useQuery(experimentsQuery);
  const share = (value: number | null) => (value === null ? t('models.notMeasured') : percent(value));
  const columns: { title: string; of: (run: NonNullable<typeof data>[number]) => ReactNode }[] = [
    { title: t('models.leaderboard.val'), of: ({ figures }) => share(figures.valTop1) },
    { title: t('models.leaderboard.test'), of: ({ figures }) => share(figures.fieldTop1) },
    { title: t('models.leaderboard.dangerous'), of: ({ figures }) => share(figures.fieldDangerousCalledHarmless) },
    { title: t('models.leaderboard.backbone'), of: ({ backbone }) => backbone },
    {
      title: t('models.leaderboard.epochs'),
      of: ({ headEpochs, fineTuneEpochs }) => `${headEpochs}, ${fineTuneEpochs}`,
    },
    { title: t('models.leaderboard.minutes'), of: ({ seconds }) => Math.max(1, Math.round(seconds / 60)) },
  ];
  return (
    <section className={styles.section}>
      <h2>{t('models.leaderboard.title')}</h2>
      {error && !data && <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />}
      {isPending && <Waiting>{t('models.leaderboard.fetching')}</Waiting>}
      {data?.length === 0 && <p>{t('models.leaderboard.none')}</p>}
      {data && data.length > 0 && (
        <>
          <p>{t('models.leaderboard.lead')}</p>
          <div className={tableStyles.frame} role="region" aria-label={t('models.leaderboard.title')} tabIndex={0}>
            <table role="table" className={`${tableStyles.table} ${tableStyles.wide}`}>
              <thead>
                <tr role="row">
                  {[t('models.leaderboard.run'), ...columns.map(({ title }) => title)].map((title) => (
                    <th role="columnheader" scope="col" key={title}>
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.map((run) => (
                  <tr role="row" key={`${run.name}/${run.version}`}>
                    <th role="rowheader" scope="row">
                      {run.name} {run.version}
                    </th>
                    {columns.map(({ title, of }) => (
                      <td role="cell" key={title} data-column={title}>
                        {of(run)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
