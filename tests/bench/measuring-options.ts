import type { parseArgs } from 'node:util';
import { commandOptions, type Options } from '../command-options.ts';
import { commandOf, type Group } from '../documents/figures.schema.ts';

const RECORD = {
  record: {
    type: 'boolean',
    default: false,
    about: 'writes the figures into docs/figures.json',
  },
} as const satisfies Options;

/** The options of a command that measures: its own, `--record`, and `--help`, which ends the process. */
export function measuringOptions<Own extends Options>(
  group: Group,
  own: Own,
): ReturnType<typeof parseArgs<{ options: Own & typeof RECORD }>>['values'] {
  return commandOptions<Own & typeof RECORD>(commandOf(group), { ...own, ...RECORD });
}
