import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { commonNamesQuery } from '../api/common-names.api.ts';

/**
 * The common name of a taxon in the language of the page. It has none where nobody uses one, or while the names are on
 * their way: the scientific name stands beside it anyway, and no name of another language takes its place.
 * @param english its English name where that came with the taxon; undefined where it didn't, and is to be looked up.
 */
export function useCommonName(taxon: string, english?: string | null): string | null {
  const { i18n } = useTranslation();
  const given = i18n.language === 'en' ? english : undefined;
  const { data } = useQuery({ ...commonNamesQuery(i18n.language), enabled: given === undefined });
  return (given === undefined ? data?.[taxon] : given) ?? null;
}
