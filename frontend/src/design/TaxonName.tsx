import type { ReactNode } from 'react';
import styles from './TaxonName.module.css';

/** A Latin name, set and pronounced as one. */
export function TaxonName({ children }: { children?: ReactNode }) {
  return (
    <i className={styles.latin} lang="la">
      {children}
    </i>
  );
}
