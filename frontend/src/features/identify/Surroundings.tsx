import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { MONTHS } from '../../design/months.ts';
import { useFormats } from '../../language/useFormats.ts';
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
] as const;

interface SurroundingsProps {
  month: number | null;
  habitat: string | null;
  disabled: boolean;
  onMonth: (month: number | null) => void;
  onHabitat: (habitat: string | null) => void;
}

/** When and where it was found; neither is needed. */
export function Surroundings({ month, habitat, disabled, onMonth, onHabitat }: SurroundingsProps) {
  const { t } = useTranslation();
  const { month: monthName } = useFormats();
  const id = useId();
  return (
    <fieldset className={styles.surroundings} disabled={disabled}>
      <legend>{t('surroundings.legend')}</legend>
      <label htmlFor={`${id}habitat`}>{t('surroundings.growing')}</label>
      <select id={`${id}habitat`} value={habitat ?? ''} onChange={(event) => onHabitat(event.target.value || null)}>
        <option value="">{t('surroundings.notSaid')}</option>
        {HABITATS.map((name) => (
          <option key={name} value={name}>
            {t(`surroundings.habitat.${name}`)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}month`}>{t('surroundings.found')}</label>
      <select id={`${id}month`} value={month ?? ''} onChange={(event) => onMonth(Number(event.target.value) || null)}>
        <option value="">{t('surroundings.notSaid')}</option>
        {MONTHS.map((number) => (
          <option key={number} value={number}>
            {monthName(number)}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
