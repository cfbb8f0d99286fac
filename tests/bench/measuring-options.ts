import { parseArgs, type ParseArgsConfig } from 'node:util';
import { commandOf, type Group } from '../documents/figures.schema.ts';

type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & { about: string }>;

const COMMON = {
  record: {
    type: 'boolean',
    default: false,
    about: 'writes the figures into docs/figures.json, if every bound is held',
  },
  help: { type: 'boolean', default: false, about: 'says this, and measures nothing' },
} as const satisfies Options;

/** The options of a command that measures: its own, `--record`, and `--help`, which ends the process. */
export function measuringOptions<Own extends Options>(
  group: Group,
  own: Own,
): ReturnType<typeof parseArgs<{ options: Own & typeof COMMON }>>['values'] {
  const options = { ...own, ...COMMON };
  const { values } = parseArgs<{ options: Own & typeof COMMON }>({ options });
  if ((values as { help: boolean }).help) {
    const lines = Object.entries<Options[string]>(options).map(
      ([name, { type, multiple, default: standard, about }]) => {
        const option = `--${name}${type === 'string' ? ' VALUE' : ''}${multiple ? ' …' : ''}`;
        return `  ${option.padEnd(22)} ${about}${type === 'string' && String(standard ?? '') ? ` (default: ${String(standard)})` : ''}`;
      },
    );
    console.log([`${commandOf(group)} -- [OPTIONS]`, '', ...lines].join('\n'));
    process.exit();
  }
  return values;
}
