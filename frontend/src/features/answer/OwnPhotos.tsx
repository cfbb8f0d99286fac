import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './OwnPhotos.module.css';

/** Makes what is laid over a photo, by the photo's place in the order; it is stretched to the photo's size. */
export type PhotoLayer = (index: number) => ReactNode;

interface OwnPhotosProps {
  /** Addresses of the photos that were judged, in their order. */
  photos: readonly string[];
  /** The lowest first. */
  layers?: readonly PhotoLayer[];
}

/** The photos that were judged: cut square, but whole and larger while something is laid over them. */
export function OwnPhotos({ photos, layers = [] }: OwnPhotosProps) {
  const { t } = useTranslation();
  return (
    <ul role="list" className={layers.length > 0 ? styles.whole : styles.own} aria-label={t('photos.yours')}>
      {photos.map((url, index) => (
        <li key={url}>
          <img src={url} alt={t('answer.yours', { number: index + 1 })} />
          {layers.map((layer, level) => (
            <div key={level} className={styles.layer}>
              {layer(index)}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
