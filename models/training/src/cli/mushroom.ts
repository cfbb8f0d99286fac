import { Command, CommanderError } from 'commander';
import { UsageError } from '../terminal/command.ts';
import { blendCommand } from './blend.command.ts';
import { recalibrateCommand } from './recalibrate.command.ts';
import { trainCommand } from './train.command.ts';

const COMMANDS: (() => Command)[] = [trainCommand, recalibrateCommand, blendCommand];

/** Exit codes: a command's own failure, and a command line that can't be meant. */
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs one command of `npm run mushroom -- <command>`. What goes wrong is said in one sentence that begins with the
 * command's name.
 *
 * @param args what stands behind `mushroom`.
 * @param write where help and errors go.
 * @returns the exit code: 0, 1 if the command failed, 2 if the command line is wrong.
 */
export async function mushroom(
  args: readonly string[],
  write = {
    out: (text: string) => void process.stdout.write(text),
    error: (text: string) => void process.stderr.write(text),
  },
): Promise<number> {
  const program = new Command('mushroom')
    .description('Makes, judges, packs and delivers the models of the mushroom identifier, and asks them about photos.')
    .showHelpAfterError('(--help tells more)')
    .helpCommand(false);
  for (const command of COMMANDS) program.addCommand(command());
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureOutput({ writeOut: write.out, writeErr: write.error });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    write.error(`${args[0]}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? WRONG_USAGE : FAILED;
  }
}
