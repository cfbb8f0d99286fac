import { useEffect, useId, useState } from 'react';
import { VERDICT_WORDS, VERDICTS_BY_DANGER } from '../../verdict/verdict-words.ts';
import type { SpeciesFilter } from './species-list.api.ts';
import { MONTHS, monthName } from '../../design/months.ts';
import styles from './SpeciesFilters.module.css';

/** Milliseconds without a keystroke until a search is worth asking for. */
const PAUSE = 250;

interface SpeciesFiltersProps {
  filter: SpeciesFilter;
  /** To choose from: the families of the species in sight. */
  families: readonly string[];
  onChange: (change: Partial<SpeciesFilter>) => void;
}

export function SpeciesFilters({ filter, families, onChange }: SpeciesFiltersProps) {
  const id = useId();
  return (
    <form role="search" className={styles.filters} onSubmit={(event) => event.preventDefault()}>
      <div className={styles.search}>
        <label htmlFor={`${id}q`}>Name, in Latin or English</label>
        <PausingInput id={`${id}q`} type="search" value={filter.q} onValue={(q) => onChange({ q })} />
      </div>
      <div className={styles.danger}>
        <label htmlFor={`${id}toxicity`}>Danger</label>
        <select
          id={`${id}toxicity`}
          value={filter.toxicity}
          onChange={(event) => onChange({ toxicity: event.target.value as SpeciesFilter['toxicity'] })}
        >
          <option value="">Any</option>
          {VERDICTS_BY_DANGER.map((verdict) => (
            <option key={verdict} value={verdict}>
              {VERDICT_WORDS[verdict].name}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}family`}>Family</label>
        <PausingInput
          id={`${id}family`}
          type="text"
          list={`${id}families`}
          value={filter.family}
          onValue={(family) => onChange({ family })}
        />
        <datalist id={`${id}families`}>
          {families.map((family) => (
            <option key={family} value={family} />
          ))}
        </datalist>
      </div>
      <div>
        <label htmlFor={`${id}month`}>Found in</label>
        <select id={`${id}month`} value={filter.month} onChange={(event) => onChange({ month: event.target.value })}>
          <option value="">Any month</option>
          {MONTHS.map((number) => (
            <option key={number} value={number}>
              {monthName(number)}
            </option>
          ))}
        </select>
      </div>
    </form>
  );
}

interface PausingInputProps {
  id: string;
  type: 'search' | 'text';
  /** The id of a datalist. */
  list?: string;
  value: string;
  onValue: (value: string) => void;
}

/** A text input that speaks up once the typing pauses. */
function PausingInput({ id, type, list, value, onValue }: PausingInputProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed otherwise: by the back button, or a filter taken away.
  if (value !== known) {
    setKnown(value);
    if (value !== typed.trim()) setTyped(value);
  }

  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onValue(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
  });

  return (
    <input
      id={id}
      type={type}
      list={list}
      value={typed}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
