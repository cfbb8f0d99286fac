import { useId } from 'react';
import { Button } from '../../design/Button.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import styles from './LayerToggle.module.css';

export interface LayerToggleProps {
  label: string;
  on: boolean;
  onToggle: () => void;
  /** Said while it is on: what is to be seen, or that it is on its way. */
  status: string;
  error: unknown;
  onRetry: () => void;
}

/** Lays something over the photos, and takes it away again. */
export function LayerToggle({ label, on, onToggle, status, error, onRetry }: LayerToggleProps) {
  const id = useId();
  return (
    <div className={styles.toggle}>
      <Button aria-pressed={on} aria-describedby={id} onClick={onToggle}>
        {label}
      </Button>
      <p id={id} role="status" className={styles.status}>
        {on && !error && status}
      </p>
      {on && error ? <ProblemNotice error={error} onRetry={onRetry} /> : null}
    </div>
  );
}
