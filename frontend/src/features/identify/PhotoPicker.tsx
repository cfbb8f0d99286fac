import { useEffect, useRef, useState, type DragEvent } from 'react';
import { SporePrint } from '../../design/SporePrint.tsx';
import styles from './PhotoPicker.module.css';

/** Without HEIC, so that an iPhone hands over a JPEG by itself. */
const ACCEPT = 'image/jpeg,image/png,image/webp';

interface PhotoPickerProps {
  onPick: (files: File[]) => void;
  /** Smaller, once there are photos. */
  compact: boolean;
}

/** Photos in: by camera, from the device, dropped, or pasted anywhere on the page. */
export function PhotoPicker({ onPick, compact }: PhotoPickerProps) {
  const [over, setOver] = useState(false);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
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
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {!compact && (
        <div className={styles.print}>
          <SporePrint />
        </div>
      )}
      <div className={styles.ways}>
        <FileWay className={styles.camera} label="Take a photo" capture onPick={onPick} />
        <FileWay className={styles.gallery} label={compact ? 'Add photos' : 'Choose photos'} onPick={onPick} />
        <p className={styles.hint}>or drop or paste them here</p>
      </div>
    </div>
  );
}

interface FileWayProps {
  label: string;
  className?: string;
  capture?: boolean;
  onPick: (files: File[]) => void;
}

function FileWay({ label, className, capture = false, onPick }: FileWayProps) {
  return (
    <label className={`${styles.way} ${className}`}>
      <input
        className="visually-hidden"
        type="file"
        accept={ACCEPT}
        multiple={!capture}
        capture={capture ? 'environment' : undefined}
        onChange={(event) => {
          onPick([...(event.target.files ?? [])]);
          // Or choosing the same photo again, after removing it, would go unnoticed.
          event.target.value = '';
        }}
      />
      {label}
    </label>
  );
}
