import { parseArgs, type ParseArgsConfig } from 'node:util';

/** As `parseArgs` has them, each with what `--help` says of it. */
export type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & { about: string }>;

const HELP = { help: { type: 'boolean', default: false, about: 'says this, and does nothing' } } as const;

/**
 * The options of a command: its own, and `--help`, which ends the process.
 * @param command as it is called, such as `npm run bench`.
 * @throws TypeError of an option that it doesn't have.
 */
export function commandOptions<Own extends Options>(
  command: string,
  own: Own,
): ReturnType<typeof parseArgs<{ options: Own & typeof HELP }>>['values'] {
  const options = { ...own, ...HELP };
  const { values } = parseArgs<{ options: Own & typeof HELP }>({ options });
  if ((values as { help: boolean }).help) {
    const lines = Object.entries<Options[string]>(options).map(
      ([name, { type, multiple, default: standard, about }]) => {
        const option = `--${name}${type === 'string' ? ' VALUE' : ''}${multiple ? ' …' : ''}`;
        return `  ${option.padEnd(22)} ${about}${type === 'string' && String(standard ?? '') ? ` (default: ${String(standard)})` : ''}`;
      },
    );
    console.log([`${command} -- [OPTIONS]`, '', ...lines].join('\n'));
    process.exit();
  }
  return values;
}
