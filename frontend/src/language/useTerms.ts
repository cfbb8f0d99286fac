import { useTranslation } from 'react-i18next';
import type { termsDe } from './terms.de.ts';

type Terms = typeof termsDe;
/** A closed list of the species table. */
export type TermList = keyof Terms;

/**
 * Puts values of the species table's closed lists into the language of the page: `term('toxins', 'muscarine')`.
 * @returns undefined where there are no words for it: it is to be shown in English then, marked as that.
 */
export function useTerms(): (list: TermList, value: string) => string | undefined {
  const { i18n } = useTranslation();
  if (i18n.language === 'en') return (_, value) => value;
  const { terms } = (i18n.getResourceBundle(i18n.language, 'translation') ?? {}) as { terms?: Terms };
  return (list, value) => (terms?.[list] as Record<string, string> | undefined)?.[value];
}
