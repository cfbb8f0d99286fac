import { stopProgress } from './progress.ts';

/** By the shell's convention, 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a command to its end. A failure becomes one sentence and exit code 1, and Ctrl+C ends the command at once; either
 * way its bars are stopped, and no timer or open connection that is left keeps the process alive.
 *
 * @param name what the sentence begins with, such as "train"
 * @param exitCodeOf for a command whose caller tells failures apart by the code
 */
export async function runCommand(
  name: string,
  command: () => Promise<void>,
  exitCodeOf: (error: unknown) => number = () => 1,
): Promise<void> {
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.once(signal, () => {
      stopProgress();
      process.exit(code);
    });
  }
  try {
    await command();
  } catch (error) {
    stopProgress();
    // Only once it is written: a pipe may take its time.
    const sentence = `${name}: ${error instanceof Error ? error.message : String(error)}\n`;
    await new Promise((resolve) => process.stderr.write(sentence, resolve));
    process.exit(exitCodeOf(error));
  }
}
