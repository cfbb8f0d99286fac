import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Page } from '../design/Page.tsx';
import { ProblemNotice } from '../design/ProblemNotice.tsx';
import { unreachable } from '../api/problem.ts';

/** A page that can't be shown, mostly because its code couldn't be fetched: away from the network, or a new release. */
export function BrokenPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  const notFetched = error instanceof TypeError && /import|fetch|module/i.test(error.message);
  return (
    <Page title={t('shell.broken')}>
      <ProblemNotice error={notFetched ? unreachable() : error} onRetry={() => window.location.reload()} />
    </Page>
  );
}
