import { useQuery } from '@tanstack/react-query';
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
            <table className={tableStyles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('models.leaderboard.run')}</th>
                  <th scope="col">{t('models.leaderboard.val')}</th>
                  <th scope="col">{t('models.leaderboard.test')}</th>
                  <th scope="col">{t('models.leaderboard.dangerous')}</th>
                  <th scope="col">{t('models.leaderboard.backbone')}</th>
                  <th scope="col">{t('models.leaderboard.epochs')}</th>
                  <th scope="col">{t('models.leaderboard.minutes')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map(({ name, version, backbone, headEpochs, fineTuneEpochs, seconds, figures }) => (
                  <tr key={`${name}/${version}`}>
                    <th scope="row">
                      {name} {version}
                    </th>
                    <td>{share(figures.valTop1)}</td>
                    <td>{share(figures.fieldTop1)}</td>
                    <td>{share(figures.fieldDangerousCalledHarmless)}</td>
                    <td>{backbone}</td>
                    <td>
                      {headEpochs}, {fineTuneEpochs}
                    </td>
                    <td>{Math.max(1, Math.round(seconds / 60))}</td>
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
