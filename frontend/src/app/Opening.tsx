import { useTranslation } from 'react-i18next';
import { Waiting } from '../design/Waiting.tsx';

/** What is seen while the code of the first page is fetched. */
export function Opening() {
  const { t } = useTranslation();
  return <Waiting>{t('shell.opening')}</Waiting>;
}
