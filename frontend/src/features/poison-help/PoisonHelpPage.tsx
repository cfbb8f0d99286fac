import { useTranslation } from 'react-i18next';
import { Page } from '../../design/Page.tsx';
import { PoisonHelp } from './PoisonHelp.tsx';

export function PoisonHelpPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('poison.title')} lead={t('poison.lead')}>
      <PoisonHelp />
    </Page>
  );
}
