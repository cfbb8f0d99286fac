import { useEffect, useId, useState } from 'react';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { useTranslation } from 'react-i18next';
import { MONTHS } from '../../design/months.ts';
import { useFormats } from '../../language/useFormats.ts';
import type { SpeciesFilter } from './species-list.api.ts';
import styles from './SpeciesFilters.module.css';

/** Milliseconds without a keystroke until a search is worth asking for. */
const PAUSE = 250;

interface SpeciesFiltersProps {
  filter: SpeciesFilter;
  /** To choose from, with how many taxa of each fit the rest of the filter. */
  families: readonly { family: string; count: number }[];
  onChange: (change: Partial<SpeciesFilter>) => void;
}

export function SpeciesFilters({ filter, families, onChange }: SpeciesFiltersProps) {
  const { t } = useTranslation();
  const { month: monthName } = useFormats();
  const id = useId();
  const listed = families.some(({ family }) => family === filter.family);
  return (
    <form role="search" className={styles.filters} onSubmit={(event) => event.preventDefault()}>
      <div className={styles.search}>
        <label htmlFor={`${id}q`}>{t('species.name')}</label>
        <PausingInput id={`${id}q`} value={filter.q} onValue={(q) => onChange({ q })} />
      </div>
      <div className={styles.danger}>
        <label htmlFor={`${id}toxicity`}>{t('species.danger')}</label>
        <select
          id={`${id}toxicity`}
          value={filter.toxicity}
          onChange={(event) => onChange({ toxicity: event.target.value as SpeciesFilter['toxicity'] })}
        >
          <option value="">{t('species.any')}</option>
          {VERDICTS.map((verdict) => (
            <option key={verdict} value={verdict}>
              {t(`verdict.${verdict}.name`)}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}family`}>{t('species.family')}</label>
        <select id={`${id}family`} value={filter.family} onChange={({ target }) => onChange({ family: target.value })}>
          <option value="">{t('species.anyFamily')}</option>
          {filter.family && !listed && <option>{filter.family}</option>}
          {families.map(({ family, count }) => (
            <option key={family} value={family}>
              {family} ({count})
            </option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}month`}>{t('species.month')}</label>
        <select id={`${id}month`} value={filter.month} onChange={(event) => onChange({ month: event.target.value })}>
          <option value="">{t('species.anyMonth')}</option>
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
  value: string;
  onValue: (value: string) => void;
}

/** A search input that speaks up once the typing pauses. */
function PausingInput({ id, value, onValue }: PausingInputProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== known) {
    setKnown(value);
    // The address changed otherwise: by the back button, or a filter taken away. What this input told comes back late on
    // a slow device, when more is typed.
    if (value !== told) {
      setTold(value);
      setTyped(value);
    }
  }

  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => {
      setTold(typed.trim());
      onValue(typed.trim());
    }, PAUSE);
    return () => clearTimeout(timer);
  });

  return (
    <input
      id={id}
      type="search"
      value={typed}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
