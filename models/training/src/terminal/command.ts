import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { stopProgress } from './progress.ts';

/** By the shell's convention, 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Something that the person asked for in a way that can't be done: exit code 2, as a wrong option. */
export class UsageError extends Error {}

/**
 * Runs a command to its end and ends the process with its exit code. Ctrl+C ends it at once. However it ends, its bars are
 * stopped, and no timer or open connection that is left keeps the process alive.
 *
 * @param command gives the exit code.
 */
export async function runToExit(command: () => Promise<number>): Promise<never> {
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.once(signal, () => {
      stopProgress();
      process.exit(code);
    });
  }
  const code = await command();
  stopProgress();
  // Only once everything is written: a pipe may take its time.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve));
  process.exit(code);
}

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
