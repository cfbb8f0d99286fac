import { useId } from 'react';
import styles from './SporePrint.module.css';

const RAYS = 96;

/** Gills as a cap leaves them on paper: long ones from the stem, shorter ones between. */
const GILLS = Array.from({ length: RAYS }, (_, ray) => {
  const angle = (2 * Math.PI * ray) / RAYS;
  const from = ray % 2 ? 58 : ray % 4 ? 38 : 20;
  const at = (radius: number) =>
    `${(100 + radius * Math.cos(angle)).toFixed(1)} ${(100 + radius * Math.sin(angle)).toFixed(1)}`;
  return `M${at(from)}L${at(90)}`;
}).join('');

/**
 * A spore print on two papers, half dark and half light, the way it is taken to see pale and dark spores alike: the
 * sign of the page. `turning` while something is being worked out.
 */
export function SporePrint({ turning = false }: { turning?: boolean }) {
  const id = useId();
  return (
    <svg className={styles.print} viewBox="0 0 200 200" aria-hidden="true" focusable="false">
      <clipPath id={`${id}dark`}>
        <path d="M0 0h100v200H0z" />
      </clipPath>
      <clipPath id={`${id}light`}>
        <path d="M100 0h100v200H100z" />
      </clipPath>
      <path className={styles.dark} d="M100 2a98 98 0 0 0 0 196z" />
      <path className={styles.light} d="M100 2a98 98 0 0 1 0 196z" />
      <circle className={styles.rim} cx="100" cy="100" r="98" />
      <g clipPath={`url(#${id}dark)`}>
        <path className={`${styles.pale} ${turning ? styles.turning : ''}`} d={GILLS} />
      </g>
      <g clipPath={`url(#${id}light)`}>
        <path className={`${styles.inked} ${turning ? styles.turning : ''}`} d={GILLS} />
      </g>
    </svg>
  );
}
