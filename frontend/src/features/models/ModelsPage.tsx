import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { modelVersionQuery, modelVersionsQuery, type VersionName } from '../../api/models.api.ts';
import { Page } from '../../design/Page.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Waiting } from '../../design/Waiting.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { Leaderboard } from './Leaderboard.tsx';
import { VersionsCompared } from './VersionsCompared.tsx';
import styles from './ModelsPage.module.css';

/** The model that answers, or the version that the address names: what it is, how it was measured, and the others. */
export function ModelsPage() {
  const { t } = useTranslation();
  const { data: versions, error, isPending, isFetching, refetch } = useQuery(modelVersionsQuery);
  const [parameters, setParameters] = useSearchParams();
  const served = versions?.find((version) => version.served) ?? versions?.[0];
  const asked = versions?.find(({ version }) => version === parameters.get('version')) ?? served;
  return (
    <Page title={t('models.title')} lead={t('models.lead')}>
      {error && !versions && <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />}
      {isPending && <Waiting>{t('models.fetching')}</Waiting>}
      {versions && !asked && <p>{t('models.none')}</p>}
      {versions && asked && (
        <>
          {versions.length > 1 && (
            <VersionChoice
              versions={versions}
              chosen={asked.version}
              onChoose={(version) => setParameters(version === served?.version ? {} : { version })}
            />
          )}
          <Version named={asked} />
          <VersionsCompared versions={versions} />
          <Leaderboard />
        </>
      )}
    </Page>
  );
}

function Version({ named }: { named: VersionName }) {
  const { t } = useTranslation();
  const { data, error, isPending, isFetching, refetch } = useQuery(modelVersionQuery(named));
  return (
    <>
      {error && !data && <ProblemNotice error={error} onRetry={() => void refetch()} retrying={isFetching} />}
      {isPending && <Waiting>{t('models.fetching')}</Waiting>}
      {data && <ModelFacts model={data} />}
    </>
  );
}

interface VersionChoiceProps {
  versions: readonly VersionName[];
  chosen: string;
  onChoose: (version: string) => void;
}

function VersionChoice({ versions, chosen, onChoose }: VersionChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <p className={styles.choice}>
      <label htmlFor={id}>{t('models.version')}</label>
      <select id={id} value={chosen} onChange={({ target }) => onChoose(target.value)}>
        {versions.map(({ version, served }) => (
          <option key={version} value={version}>
            {served ? t('models.versionServed', { version }) : version}
          </option>
        ))}
      </select>
    </p>
  );
}
