import { useId } from 'react';
import centres from './poison-centres.json';
import { CallLink } from './CallLink.tsx';
import { chooseRegion, useRegion } from './region.ts';
import styles from './PoisonHelp.module.css';

/** Whom to call and what to do when a mushroom was eaten. Always open: it is part of every answer. */
export function PoisonHelp() {
  const region = useRegion();
  const id = useId();
  return (
    <section className={styles.help} aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>If someone has eaten it</h2>
      <p className={styles.now}>
        <strong>Call now. Do not wait for signs of illness:</strong> with the deadliest mushrooms they come 6 to 24
        hours late, when the harm is done.
      </p>

      <div className={styles.place}>
        <label htmlFor={`${id}region`}>Where are you?</label>
        <select id={`${id}region`} value={region?.code ?? ''} onChange={(event) => chooseRegion(event.target.value)}>
          <option value="" disabled>
            Choose a place
          </option>
          {centres.regions.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>

      <div aria-live="polite">
        {region ? (
          <ul role="list" className={styles.lines}>
            {region.lines.map(({ name, number }) => (
              <li key={number}>
                <span>{name}</span>
                <CallLink number={number} />
              </li>
            ))}
            {region.lines.every(({ number }) => number !== region.emergency) && (
              <li>
                <span>Unconscious, cramps, hard to breathe</span>
                <CallLink number={region.emergency} />
              </li>
            )}
          </ul>
        ) : (
          <p>
            Call your local emergency number, or find your poison centre in the{' '}
            <a href={centres.elsewhere}>World Health Organization’s directory</a>.
          </p>
        )}
      </div>

      <ul className={styles.steps}>
        <li>Do not make anyone vomit. Give nothing to eat or drink unless you are told to.</li>
        <li>Keep what is left: mushrooms, peelings, the meal, vomit. In paper, not in plastic.</li>
        <li>Note what was eaten, how much and when, and who else ate of it. They need help, too.</li>
      </ul>
      <p className={styles.checked}>
        Gathered {centres.gathered}, not confirmed by the centres:{' '}
        <a href={region?.source ?? centres.elsewhere}>check here</a>. If a number does not answer, call the emergency
        number.
      </p>
    </section>
  );
}
