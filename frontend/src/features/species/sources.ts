import i18next, { type TFunction } from 'i18next';
import type { en } from '../../language/en.ts';

type KnownSource = Exclude<keyof typeof en.species.source, 'other'>;

/** A table behind species.csv, as a reader would name it; one without a name here is shown by its short name. */
export function sourceName(source: string, t: TFunction): string {
  const isKnown = source !== 'other' && i18next.exists(`species.source.${source}`);
  return isKnown ? t(`species.source.${source as KnownSource}`) : t('species.source.other', { source });
}
