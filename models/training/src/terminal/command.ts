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
