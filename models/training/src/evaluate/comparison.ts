import type { Evaluation, SplitEvaluation } from '@mushroom/recognition/bundle/evaluation.schema';
import { FIGURE_ROWS, splitsOf, VERDICT_ROWS } from './figure-rows.ts';

function rowsOf(split: SplitEvaluation): Map<string, string> {
  return new Map([
    ...FIGURE_ROWS.map(([name, show]) => [name, show(split)] as const),
    ...VERDICT_ROWS.map(([name, show]) => [name, show(split.verdicts.pipeline)] as const),
    ...VERDICT_ROWS.map(([name, show]) => [`best classIndex believed: ${name}`, show(split.verdicts.argmax)] as const),
  ]);
}

/**
 * An evaluation as a table for a terminal. Beside a figure that differs from the stated evaluation stands what that one
 * says; rounding of packed weights moves a photo now and then, anything more is a fault of packing.
 * @param stated null where there is nothing to compare with.
 * @param whose what it is called.
 */
export function comparisonOf(measured: Evaluation, stated: Evaluation | null, whose = 'bundle says'): string {
  return splitsOf(measured)
    .flatMap(({ split, name: title, figures }) => {
      const rows = rowsOf(figures);
      const other = stated?.splits[split];
      const others = other ? rowsOf(other) : new Map<string, string>();
      const width = Math.max(...[...rows.keys()].map((name) => name.length));
      const lines = [...rows].map(([name, figure]) => {
        const said = others.get(name);
        const remark = said === undefined || said === figure ? '' : `   ${whose} ${said}`;
        return `  ${name.padEnd(width)}  ${figure}${remark}`;
      });
      return [title, ...lines, ''];
    })
    .join('\n');
}
