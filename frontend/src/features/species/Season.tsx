import { useTranslation } from 'react-i18next';
import { MONTHS } from '../../design/months.ts';
import { useFormats } from '../../language/useFormats.ts';
import styles from './Season.module.css';

interface SeasonProps {
  /** Months on the northern hemisphere, 1–12; `from > to` wraps the year. */
  season: { from: number; to: number };
}

/** The year as twelve boxes, those of the season filled, with the same in words. */
export function Season({ season: { from, to } }: SeasonProps) {
  const { t } = useTranslation();
  const { month: monthName } = useFormats();
  const isIn = (month: number) => (from <= to ? month >= from && month <= to : month >= from || month <= to);
  const allYear = from === 1 && to === 12;
  return (
    <div className={styles.season}>
      <span>{allYear ? t('species.allYear') : t('species.fromTo', { from: monthName(from), to: monthName(to) })}</span>
      <ol role="list" aria-hidden="true" className={styles.year}>
        {MONTHS.map((month) => (
          <li key={month} className={isIn(month) ? styles.in : undefined}>
            {monthName(month, 'narrow')}
          </li>
        ))}
      </ol>
    </div>
  );
}
