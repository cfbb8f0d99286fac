import type { Verdict } from '@mushroom/models/taxonomy/taxon';
import { VerdictMark } from './VerdictMark.tsx';
import { VERDICT_WORDS } from './verdict-words.ts';
import styles from './verdict.module.css';

/** A verdict in one line: sign and words. */
export function VerdictTag({ verdict }: { verdict: Verdict }) {
  return (
    <span className={styles.tag}>
      <VerdictMark verdict={verdict} />
      {VERDICT_WORDS[verdict].name}
    </span>
  );
}
