import { SporePrint } from './SporePrint.tsx';
import styles from './Waiting.module.css';

/** Something is on its way; `children` say what. */
export function Waiting({ children }: { children: string }) {
  return (
    <div className={styles.waiting} role="status">
      <div className={styles.print}>
        <SporePrint turning />
      </div>
      <p>{children}</p>
    </div>
  );
}
