import type { TFunction } from 'i18next';
import type { LicensedPhotoResponse } from '@mushroom/api-service/species/species.schema';

/** What the list of photos has where only the source's page can name the author. */
const ON_SOURCE_PAGE = 'see source page';

/** Whom a photo is by, in the language of the page; null where nobody is named: public domain. */
export function authorOf({ author }: LicensedPhotoResponse, t: TFunction): string | null {
  return author === ON_SOURCE_PAGE ? t('species.seeSource') : author;
}
