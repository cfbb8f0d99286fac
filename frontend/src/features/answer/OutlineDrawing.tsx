import styles from './OutlineDrawing.module.css';

interface OutlineDrawingProps {
  /** Corners, as shares of the width and height. */
  points: readonly (readonly [x: number, y: number])[];
  label: string;
}

/** A polygon stretched to the size of what it lies over: light on dark, so that it shows on any photo. */
export function OutlineDrawing({ points, label }: OutlineDrawingProps) {
  const corners = points.map(([x, y]) => `${x},${y}`).join(' ');
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={corners} className={styles.edge} />
      <polygon points={corners} className={styles.line} />
    </svg>
  );
}
