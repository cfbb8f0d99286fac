import { useTranslation } from 'react-i18next';
import type { Proportion, SplitEvaluation } from '../../api/evaluation.ts';
import { useFormats } from '../../language/useFormats.ts';
import { FIGURE_NAMES, FIGURES } from './figures.ts';
import styles from './FigureTable.module.css';

interface FigureTableProps {
  name: string;
  /** Side by side: splits of one evaluation, or one split of several versions; null where it was not measured. */
  columns: readonly { name: string; split: SplitEvaluation | null }[];
}

/** The key figures with their 95 % intervals, a column for each thing that is measured. */
export function FigureTable({ name, columns }: FigureTableProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.frame} role="region" aria-label={name} tabIndex={0}>
      {/* The roles are a table's own, which it loses where a narrow window shows its rows one below the other. */}
      <table role="table" className={`${styles.table} ${columns.length > 2 ? styles.wide : ''}`}>
        <thead>
          <tr role="row">
            <th role="columnheader" scope="col">
              {t('models.share')}
            </th>
            {columns.map((column) => (
              <th role="columnheader" scope="col" key={column.name}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FIGURE_NAMES.map((figure) => (
            <tr role="row" key={figure}>
              <th role="rowheader" scope="row">
                {t(`models.row.${figure}`)}
              </th>
              {columns.map((column) => (
                <td role="cell" key={column.name} data-column={column.name}>
                  <Share proportion={column.split && FIGURES[figure](column.split)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Share({ proportion }: { proportion: Proportion | null }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  if (!proportion || proportion.share === null || proportion.interval === null) return t('models.notMeasured');
  const [low, high] = proportion.interval.map((end) => Math.round(end * 100));
  return (
    <>
      <strong>{percent(proportion.share)}</strong> ({low}–{high})
    </>
  );
}
