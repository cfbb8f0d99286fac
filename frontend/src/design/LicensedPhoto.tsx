import { useTranslation } from 'react-i18next';
import type { LicensedPhotoResponse } from '@mushroom/api-service/species/species.schema';
import { authorOf } from './photo-author.ts';
import styles from './LicensedPhoto.module.css';

interface LicensedPhotoProps {
  photo: LicensedPhotoResponse;
  /** What is to be seen, for those who can't. */
  alt: string;
  lazy?: boolean;
}

/** Somebody's photo, never without its author, licence and source. */
export function LicensedPhoto({ photo, alt, lazy = true }: LicensedPhotoProps) {
  const { t } = useTranslation();
  return (
    <figure className={styles.photo}>
      <img src={photo.url} alt={alt} loading={lazy ? 'lazy' : 'eager'} decoding="async" />
      <figcaption>
        {t('species.photo')}{' '}
        <a href={photo.sourcePage} rel="noreferrer">
          {authorOf(photo, t) || t('species.seeSource')}
        </a>
        , {photo.licence}
      </figcaption>
    </figure>
  );
}
