import type { ReactNode } from 'react';
import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';
import { VerdictMark } from './VerdictMark.tsx';
import styles from './verdict.module.css';

interface VerdictBannerProps {
  verdict: Verdict;
  /** The verdict in words, as the heading or paragraph that it is on its page. */
  title: ReactNode;
  /** Of what, and how sure. */
  children?: ReactNode;
}

/** The verdict as the loudest thing on the page. */
export function VerdictBanner({ verdict, title, children }: VerdictBannerProps) {
  return (
    <div className={`${styles.banner} ${styles[verdict]}`} data-verdict={verdict}>
      <VerdictMark verdict={verdict} />
      <div className={styles.said}>
        <div className={styles.name}>{title}</div>
        {children}
      </div>
    </div>
  );
}
