import { MOST_PHOTOS, type Rejection } from './usePhotos.ts';
import styles from './Rejections.module.css';

const WHY: Record<Rejection['reason'], string> = {
  heic: 'is an HEIC photo, which this browser can’t open. On an iPhone choose Settings → Camera → Formats → Most Compatible, or send a screenshot of the photo.',
  not_a_photo: 'is no photo this page can read. JPEG, PNG and WebP work.',
  too_large: 'is larger than 12 MB, and this browser couldn’t make it smaller.',
  empty: 'is empty.',
  too_many: `was left out: ${MOST_PHOTOS} photos are the most.`,
};

/** The files that were not taken, and why. */
export function Rejections({ rejections }: { rejections: readonly Rejection[] }) {
  return (
    <div role="alert">
      {rejections.length > 0 && (
        <ul role="list" className={styles.list}>
          {rejections.map(({ name, reason }, index) => (
            <li key={index}>
              <strong>{name}</strong> {WHY[reason]}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
