import styles from './FileWay.module.css';

/** Without HEIC, so that an iPhone hands over a JPEG by itself. */
const ACCEPT = 'image/jpeg,image/png,image/webp';

interface FileWayProps {
  label: string;
  /** What it is called where the label is a sign. */
  name?: string;
  className?: string;
  /** Opens the device's camera app instead of its photos. */
  capture?: boolean;
  onPick: (files: File[]) => void;
}

/** A way for photos into the page that looks like a button. */
export function FileWay({ label, name, className = '', capture = false, onPick }: FileWayProps) {
  return (
    <label className={`${styles.way} ${className}`}>
      <input
        className="visually-hidden"
        type="file"
        aria-label={name}
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
