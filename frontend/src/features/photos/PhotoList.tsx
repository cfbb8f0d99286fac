import { useEffect, useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Photo } from './usePhotos.ts';
import { VIEWS, type View } from './views.ts';
import styles from './PhotoList.module.css';

interface PhotoListProps {
  photos: readonly Photo[];
  disabled: boolean;
  onRemove: (id: string) => void;
  /** To another place in the order, counted from 0. */
  onMove: (id: string, to: number) => void;
  onView: (id: string, view: View | null) => void;
}

/** The photos in their order, to be removed, put in another order, and said what they show. */
export function PhotoList({ photos, disabled, onRemove, onMove, onView }: PhotoListProps) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLUListElement>(null);

  // The first photo may have come below what one sees.
  useEffect(() => {
    // In newer browsers this gives a promise, which is no way to end an effect.
    list.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  function move(id: string, from: number, to: number) {
    onMove(id, to);
    setSaid(t('photos.moved', { from: from + 1, to: to + 1 }));
  }

  function dropOn(event: DragEvent, to: number) {
    const from = photos.findIndex(({ id }) => id === dragged);
    setDragged(null);
    if (from < 0) return;
    event.preventDefault();
    if (from !== to) move(photos[from]!.id, from, to);
  }

  return (
    <div className={styles.photos}>
      <ul role="list" ref={list} className={styles.list} aria-label={t('photos.yours')}>
        {photos.map(({ id, preview, view }, index) => {
          const number = index + 1;
          return (
            <li
              key={id}
              className={`${styles.item} ${dragged === id ? styles.dragged : ''}`}
              draggable={!disabled && photos.length > 1}
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = 'move';
                setDragged(id);
              }}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event) => {
                if (dragged !== null) event.preventDefault();
              }}
              onDrop={(event) => dropOn(event, index)}
            >
              <img src={preview} alt={t('photos.one', { number })} />
              <button
                type="button"
                className={styles.remove}
                aria-label={t('photos.remove', { number })}
                disabled={disabled}
                onClick={() => onRemove(id)}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                  <path d="M6 6l12 12M18 6L6 18" />
                </svg>
              </button>
              <div className={styles.under}>
                <label className={styles.view}>
                  <span className="visually-hidden">{t('photos.shows', { number })}</span>
                  <select
                    value={view ?? ''}
                    disabled={disabled}
                    onChange={(event) => onView(id, (event.target.value || null) as View | null)}
                  >
                    <option value="">{t('photos.showsNothing')}</option>
                    {VIEWS.map((name) => (
                      <option key={name} value={name}>
                        {t(`view.${name}.name`)}
                      </option>
                    ))}
                  </select>
                </label>
                {photos.length > 1 && (
                  <MoveButton
                    label={t('photos.earlier', { number })}
                    path="M15 5l-7 7 7 7"
                    disabled={disabled || index === 0}
                    onClick={() => move(id, index, index - 1)}
                  />
                )}
                {photos.length > 1 && (
                  <MoveButton
                    label={t('photos.later', { number })}
                    path="M9 5l7 7-7 7"
                    disabled={disabled || index === photos.length - 1}
                    onClick={() => move(id, index, index + 1)}
                  />
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {photos.length > 1 && <p className={styles.order}>{t('photos.order')}</p>}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}

interface MoveButtonProps {
  label: string;
  path: string;
  disabled: boolean;
  onClick: () => void;
}

function MoveButton({ label, path, disabled, onClick }: MoveButtonProps) {
  return (
    // Not `disabled` at the ends: the focus that moved a photo there would be lost.
    <button
      type="button"
      className={styles.move}
      aria-label={label}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={path} />
      </svg>
    </button>
  );
}
