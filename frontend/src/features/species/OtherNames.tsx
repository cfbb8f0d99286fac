import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { useTranslation } from 'react-i18next';
import { Fact } from './Fact.tsx';

interface OtherNamesProps {
  species: SpeciesDetail;
  /** The common name that stands above. */
  shown: string | null;
}

/** What else it is called: in the language of the page first, then in the others. */
export function OtherNames({ species, shown }: OtherNamesProps) {
  const { t, i18n } = useTranslation();
  const english = species.commonName === null ? [] : [{ language: 'en', name: species.commonName }];
  const byLanguage = new Map<string, string[]>([[i18n.language, []]]);
  for (const { language, name } of [...english, ...species.names]) {
    if (language === i18n.language && name === shown) continue;
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), name]);
  }
  const others = [...byLanguage].filter(([, names]) => names.length > 0);
  if (others.length === 0) return null;
  const nameOf = new Intl.DisplayNames(i18n.language, { type: 'language' });
  return (
    <Fact name={t('species.otherNames')}>
      {others.map(([language, names]) => (
        <p key={language}>
          {nameOf.of(language)}: <span lang={language}>{names.join(', ')}</span>
        </p>
      ))}
      <p>{t('species.namesSayNothing')}</p>
    </Fact>
  );
}
