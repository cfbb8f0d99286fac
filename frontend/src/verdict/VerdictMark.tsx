import type { ReactNode } from 'react';
import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';
import styles from './verdict.module.css';

/** A shape a verdict: told apart in greyscale, too. */
const SHAPES: Record<Verdict, ReactNode> = {
  // Octagon with a skull.
  deadly: (
    <>
      <path className={styles.ground} d="M15 3h18l12 12v18L33 45H15L3 33V15z" />
      <path
        className={styles.figure}
        d="M24 10c-7.2 0-12 4.8-12 11 0 4 1.9 7 5 8.8V35h3.2v-3h2.1v3h3.4v-3h2.1v3H31v-5.2c3.1-1.8 5-4.8 5-8.8 0-6.2-4.8-11-12-11zm-4.7 15.5a3.2 3.2 0 1 1 0-6.4 3.2 3.2 0 0 1 0 6.4zm9.4 0a3.2 3.2 0 1 1 0-6.4 3.2 3.2 0 0 1 0 6.4z"
        fillRule="evenodd"
      />
    </>
  ),
  // Octagon with a cross.
  poisonous: (
    <>
      <path className={styles.ground} d="M15 3h18l12 12v18L33 45H15L3 33V15z" />
      <path className={styles.stroke} d="M16 16l16 16M32 16L16 32" />
    </>
  ),
  // Diamond with an eye.
  psychoactive: (
    <>
      <path className={styles.ground} d="M24 2l22 22-22 22L2 24z" />
      <path className={styles.thin} d="M11 24c4-6 8.5-9 13-9s9 3 13 9c-4 6-8.5 9-13 9s-9-3-13-9z" />
      <circle className={styles.figure} cx="24" cy="24" r="4.5" />
    </>
  ),
  // Triangle with an exclamation mark.
  caution: (
    <>
      <path className={styles.ground} d="M24 3l22 40H2z" />
      <path className={styles.stroke} d="M24 17v12" />
      <circle className={styles.figure} cx="24" cy="36" r="2.8" />
    </>
  ),
  // Square, struck through.
  inedible: (
    <>
      <rect className={styles.ground} x="4" y="4" width="40" height="40" rx="3" />
      <path className={styles.stroke} d="M13 35L35 13" />
    </>
  ),
  // A broken ring round nothing.
  not_known_poisonous: (
    <>
      <circle className={styles.hollow} cx="24" cy="24" r="20" />
      <path className={styles.thin} d="M15 24h18" />
    </>
  ),
  // Circle with a question mark.
  unknown: (
    <>
      <circle className={styles.ground} cx="24" cy="24" r="21" />
      <path className={styles.stroke} d="M18 18.5c0-3.5 2.6-5.8 6.1-5.8s6.1 2.2 6.1 5.5c0 4.6-6.2 4.9-6.2 10.3" />
      <circle className={styles.figure} cx="24" cy="35.5" r="2.8" />
    </>
  ),
};

/** The verdict's sign, without words: put the words beside it. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <svg className={`${styles.mark} ${styles[verdict]}`} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      {SHAPES[verdict]}
    </svg>
  );
}
