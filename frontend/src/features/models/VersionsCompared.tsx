import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { evaluationFrom } from '../../api/evaluation.ts';
import { modelVersionQuery, type VersionName } from '../../api/models.api.ts';
import { FigureTable } from './FigureTable.tsx';
import styles from './ModelFacts.module.css';

/** More columns than this nobody compares. */
const MOST_VERSIONS = 5;

/** The newest versions side by side, by what they do on photos from elsewhere; one that can't be read is left out. */
export function VersionsCompared({ versions }: { versions: readonly VersionName[] }) {
  const { t } = useTranslation();
  const shown = versions.slice(0, MOST_VERSIONS);
  const results = useQueries({ queries: shown.map(modelVersionQuery) });
  const columns = shown.flatMap(({ name, version, served }, index) => {
    const data = results[index]?.data;
    if (!data) return [];
    return [
      {
        name: `${name} ${served ? t('models.versionServed', { version }) : version}`,
        split: evaluationFrom(data.evaluation)?.splits.field ?? null,
      },
    ];
  });
  return (
    <section className={styles.section}>
      <h2>{t('models.compared')}</h2>
      {versions.length < 2 ? (
        <p>{t('models.onlyOne')}</p>
      ) : (
        <>
          <p>{t('models.comparedWhat')}</p>
          <FigureTable name={t('models.compared')} columns={columns} />
        </>
      )}
    </section>
  );
}
