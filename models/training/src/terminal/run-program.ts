import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from './command.ts';

/** Exit codes: a command's own failure, and a command line that can't be meant. */
const FAILED = 1;
const WRONG_USAGE = 2;

/** Where help and errors go. */
export interface Write {
  out: (text: string) => void;
  error: (text: string) => void;
}

const TO_TERMINAL: Write = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

/** A command, its sub-commands, theirs and so on. */
const withSubCommands = (command: CommandUnknownOpts): CommandUnknownOpts[] => [
  command,
  ...command.commands.flatMap(withSubCommands),
];

/**
 * Runs a command line. What goes wrong is said in one sentence, which begins with the command's name.
 *
 * @param program a command, or one that has sub-commands.
 * @param args what stands behind the program's name.
 * @returns the exit code: 0, 1 if the command failed, 2 if the command line is wrong.
 */
export async function runProgram(
  program: CommandUnknownOpts,
  args: readonly string[],
  write = TO_TERMINAL,
): Promise<number> {
  for (const command of withSubCommands(program)) {
    command
      .exitOverride()
      .showHelpAfterError('(--help tells more)')
      .configureOutput({ writeOut: write.out, writeErr: write.error });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    const name = program.commands.length > 0 ? args[0] : program.name();
    write.error(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? WRONG_USAGE : FAILED;
  }
}
