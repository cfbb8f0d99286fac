import { useId } from 'react';
import { MONTHS, monthName } from '../../design/months.ts';
import styles from './Surroundings.module.css';

const HABITATS = [
  'broadleaf woodland',
  'conifer woodland',
  'mixed woodland',
  'dead wood',
  'grassland',
  'lawns',
  'parks',
  'woodchips',
  'dung',
];

interface SurroundingsProps {
  month: number | null;
  habitat: string | null;
  disabled: boolean;
  onMonth: (month: number | null) => void;
  onHabitat: (habitat: string | null) => void;
}

/** When and where it was found; neither is needed. */
export function Surroundings({ month, habitat, disabled, onMonth, onHabitat }: SurroundingsProps) {
  const id = useId();
  return (
    <fieldset className={styles.surroundings} disabled={disabled}>
      <legend>Where and when, if you like</legend>
      <label htmlFor={`${id}habitat`}>Growing in</label>
      <select id={`${id}habitat`} value={habitat ?? ''} onChange={(event) => onHabitat(event.target.value || null)}>
        <option value="">Not said</option>
        {HABITATS.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label htmlFor={`${id}month`}>Found in</label>
      <select id={`${id}month`} value={month ?? ''} onChange={(event) => onMonth(Number(event.target.value) || null)}>
        <option value="">Not said</option>
        {MONTHS.map((number) => (
          <option key={number} value={number}>
            {monthName(number)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
