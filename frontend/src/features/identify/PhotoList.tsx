import type { View } from '@mushroom/models/decision/identification';
import { VIEW_WORDS, VIEWS } from './views.ts';
import type { Photo } from './usePhotos.ts';
import styles from './PhotoList.module.css';

interface PhotoListProps {
  photos: readonly Photo[];
  disabled: boolean;
  onRemove: (id: number) => void;
  onView: (id: number, view: View | null) => void;
}

export function PhotoList({ photos, disabled, onRemove, onView }: PhotoListProps) {
  return (
    <ul role="list" className={styles.list} aria-label="Your photos">
      {photos.map(({ id, preview, view }, index) => (
        <li key={id} className={styles.item}>
          <img src={preview} alt={`Photo ${index + 1}`} />
          <button
            type="button"
            className={styles.remove}
            aria-label={`Remove photo ${index + 1}`}
            disabled={disabled}
            onClick={() => onRemove(id)}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
              <path d="M6 6l12 12M18 6L6 18" />
            </svg>
          </button>
          <label className={styles.view}>
            <span className="visually-hidden">What photo {index + 1} shows</span>
            <select
              value={view ?? ''}
              disabled={disabled}
              onChange={(event) => onView(id, (event.target.value || null) as View | null)}
            >
              <option value="">Shows…</option>
              {VIEWS.map((name) => (
                <option key={name} value={name}>
                  {VIEW_WORDS[name].name}
                </option>
              ))}
            </select>
          </label>
        </li>
      ))}
    </ul>
  );
}
