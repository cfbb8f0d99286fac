import { Bar } from '../../design/Bar.tsx';
import { percent } from '../../design/percent.ts';
import styles from './Risk.module.css';

/** Below this the estimate tells nothing more: mushrooms that the model never saw are not in it. */
const LEAST_TOLD = 0.05;

/** The probability that it is poisonous or deadly, whatever it is called. Never shown as next to nothing. */
export function Risk({ risk }: { risk: number }) {
  return (
    <section className={styles.risk}>
      <h2 className={styles.title}>
        <span>Chance that it is poisonous or deadly</span>{' '}
        <span className={styles.number}>{risk < LEAST_TOLD ? `below ${percent(LEAST_TOLD)}` : percent(risk)}</span>
      </h2>
      <Bar share={Math.max(risk, LEAST_TOLD)} tone="risk" />
      <p>
        The model’s estimate over all the mushrooms it knows, not only the first name. It can’t count those it doesn’t
        know: a low number is no permission to eat it.
      </p>
    </section>
  );
}
