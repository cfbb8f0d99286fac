import styles from './FileButton.module.css';

/** Without HEIC, so that an iPhone hands over a JPEG by itself. */
const ACCEPT = 'image/jpeg,image/png,image/webp';

interface FileButtonProps {
  label: string;
  /** What it is called where the label is a sign. */
  name?: string;
  className?: string;
  /** Opens the device's camera app instead of its photos. */
  capture?: boolean;
  onPick: (files: File[]) => void;
}

/** A file input that looks like a button: it takes photos in. */
export function FileButton({ label, name, className = '', capture = false, onPick }: FileButtonProps) {
  return (
    <label className={`${styles.button} ${className}`}>
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
