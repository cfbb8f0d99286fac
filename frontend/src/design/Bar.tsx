import styles from './Bar.module.css';

/** A share drawn as a length; the number itself stands beside it in words, so the drawing is hidden from readers. */
export function Bar({ share, tone = 'plain' }: { share: number; tone?: 'plain' | 'risk' }) {
  const width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  return (
    <svg className={`${styles.bar} ${styles[tone]}`} aria-hidden="true" focusable="false">
      <rect className={styles.track} width="100%" height="100%" />
      <rect className={styles.fill} width={width} height="100%" />
    </svg>
  );
}
