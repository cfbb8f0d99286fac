import styles from './TaxonName.module.css';

/** A Latin name, set and pronounced as one. */
export function TaxonName({ children }: { children: string }) {
  return (
    <i className={styles.latin} lang="la">
      {children}
    </i>
  );
}
