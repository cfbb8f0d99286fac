import { Link } from 'react-router';
import { CallLink } from './CallLink.tsx';
import { useRegion } from './region.ts';
import styles from './PoisonStrip.module.css';

/** One line on every page: whom to call. */
export function PoisonStrip() {
  const region = useRegion();
  const [line] = region?.lines ?? [];
  return (
    <aside className={styles.strip} aria-label="Poison help">
      <p className={styles.words}>
        <strong>Someone ate one?</strong>
        {line && (
          <span>
            <span className={styles.name}>{line.name} </span>
            <CallLink className={styles.number} number={line.number} />
          </span>
        )}
        <Link className={styles.more} to="/poison-help">
          {line ? 'What to do' : 'Whom to call, what to do'}
        </Link>
      </p>
    </aside>
  );
}
