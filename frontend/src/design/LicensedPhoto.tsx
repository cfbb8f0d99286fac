import type { LicensedPhotoResponse } from '@mushroom/api-service/species/species.schema';
import styles from './LicensedPhoto.module.css';

interface LicensedPhotoProps {
  photo: LicensedPhotoResponse;
  /** What is to be seen, for those who can't. */
  alt: string;
  lazy?: boolean;
}

/** Somebody's photo, never without its author, licence and source. */
export function LicensedPhoto({ photo, alt, lazy = true }: LicensedPhotoProps) {
  return (
    <figure className={styles.photo}>
      <img src={photo.url} alt={alt} loading={lazy ? 'lazy' : 'eager'} decoding="async" />
      <figcaption>
        Photo:{' '}
        <a href={photo.sourcePage} rel="noreferrer">
          {photo.author || 'see the source'}
        </a>
        , {photo.licence}
      </figcaption>
    </figure>
  );
}
