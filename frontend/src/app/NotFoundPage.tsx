import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '../design/Page.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('shell.nowhere')} lead={t('shell.nowhereLead')}>
      <p>
        <Trans i18nKey="shell.nowhereWays" components={{ home: <Link to="/" />, species: <Link to="/species" /> }} />
      </p>
    </Page>
  );
}
