import { useEffect, useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button.tsx';
import { SporePrint } from '../../design/SporePrint.tsx';
import { FileButton } from './FileButton.tsx';
import { hasCameraPreview } from './has-camera.ts';
import styles from './PhotoPicker.module.css';

interface PhotoPickerProps {
  onPick: (files: File[]) => void;
  /** The person wants to photograph now. */
  onCamera: () => void;
  /** Smaller, once there are photos. */
  compact: boolean;
  /** It takes none in, and stays where it is. */
  disabled: boolean;
}

/** Photos in: by camera, from the device, dropped, or pasted anywhere on the page. */
export function PhotoPicker({ onPick, onCamera, compact, disabled }: PhotoPickerProps) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = disabled ? () => undefined : onPick;
  });

  useEffect(() => {
    function onPaste(event: ClipboardEvent) {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) {
        event.preventDefault();
        pick.current(files);
      }
    }
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    onPick([...event.dataTransfer.files]);
  }

  return (
    <div
      className={`${styles.picker} ${compact ? styles.compact : ''} ${over ? styles.over : ''}`}
      inert={disabled}
      onDragOver={(event) => {
        // One of the page's own photos on its way to another place is nothing to take in.
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <div className={styles.ways}>
        {hasCameraPreview() ? (
          <Button className={styles.camera} look={compact ? 'quiet' : 'primary'} onClick={onCamera}>
            {t('photos.take')}
          </Button>
        ) : (
          <FileButton className={styles.camera} label={t('photos.take')} capture onPick={onPick} />
        )}
        <FileButton className={styles.gallery} label={t(compact ? 'photos.add' : 'photos.choose')} onPick={onPick} />
        <p className={styles.hint}>{t('photos.drop')}</p>
      </div>
      {!compact && (
        <div className={styles.print}>
          <SporePrint />
        </div>
      )}
    </div>
  );
}
