import type { ReactNode } from 'react';
import type { View } from '@mushroom/recognition/decision/identification';
import styles from './ViewDrawing.module.css';

const CAP = 'M8 32C8 19 18 11 32 11s24 8 24 21c-8 3-40 3-48 0z';
const STEM = 'M26 34c1 9 0 14-2 19h16c-2-5-3-10-2-19';
const FOOT = 'M21 50c-4 3-4 9 1 10h20c5-1 5-7 1-10';
const GROUND = 'M4 56h16M44 56h16';

/** The same mushroom six times; what the photo should show is filled. */
const DRAWINGS: Record<View, ReactNode> = {
  whole: (
    <>
      <path className={styles.shown} d={CAP} />
      <path className={styles.shown} d={STEM} />
      <path className={styles.shown} d={FOOT} />
    </>
  ),
  cap: (
    <>
      <circle className={styles.shown} cx="32" cy="32" r="24" />
      <path className={styles.inside} d="M22 22h5M38 20h5M31 31h5M20 38h5M41 40h4M31 46h4" />
    </>
  ),
  gills: (
    <>
      <circle className={styles.shown} cx="32" cy="32" r="24" />
      <path
        className={styles.inside}
        d="M32 12v12M32 40v12M12 32h12M40 32h12M18 18l8 8M38 38l8 8M46 18l-8 8M18 46l8-8"
      />
      <circle className={styles.line} cx="32" cy="32" r="5" />
    </>
  ),
  stem_base: (
    <>
      <path className={styles.line} d={CAP} />
      <path className={styles.line} d={STEM} />
      <path className={styles.shown} d={FOOT} />
      <path className={styles.line} d={GROUND} />
    </>
  ),
  cut: (
    <>
      <path className={styles.shown} d="M8 32C8 19 18 11 32 11v49H22c-5-1-5-7-1-10 3-5 5-9 5-16-8 0-14-1-18-2z" />
      <path className={styles.line} d="M38 11c12 2 20 10 20 21-4 1-12 2-18 2 0 7 1 12 3 16 4 3 4 9-1 10h-4z" />
    </>
  ),
  habitat: (
    <>
      <path className={styles.shown} d="M46 8l12 26H34zM46 34v22" />
      <path className={styles.line} d="M8 44c0-6 5-9 10-9s10 3 10 9zM15 45v11M21 45v11" />
      <path className={styles.line} d="M4 57h56" />
    </>
  ),
};

export function ViewDrawing({ view }: { view: View }) {
  return (
    <svg className={styles.drawing} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      {DRAWINGS[view]}
    </svg>
  );
}
