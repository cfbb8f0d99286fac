import cliProgress from 'cli-progress';

/** Tells how much of the work is done, and what else is worth a look beside the bar. */
export type ShowProgress = (done: number, note?: string) => void;

/** Work that is over sooner needs no bar. */
const SHOWN_AFTER_MS = 2000;

/** How to end each bar that there is. */
const running = new Set<() => void>();

/**
 * Runs some work beside a bar that tells the time left: on a terminal it moves, in a log it is a line now and then. The
 * bar ends with the work, whether that succeeds or fails; its timer would keep the process alive otherwise.
 *
 * @param total of what `show` counts.
 * @param work long loops without an `await` keep the bar from moving and Ctrl+C from being heard: see {@link breathe}.
 */
export async function withProgress<T>(
  title: string,
  total: number,
  work: (show: ShowProgress) => T | Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar(
    {
      format: `${title.padEnd(28)} {bar} {percentage}% · {value}/{total} · {eta_formatted} left {note}`,
      noTTYOutput: true,
      notTTYSchedule: 15_000,
      hideCursor: true,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  );
  let [latest, latestNote] = [0, ''];
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    bar.start(total, latest, { note: latestNote });
  }, SHOWN_AFTER_MS);
  const end = () => {
    clearTimeout(timer);
    bar.stop();
    running.delete(end);
  };
  running.add(end);
  try {
    return await work((done, note = '') => {
      [latest, latestNote] = [done, note];
      if (isShown) bar.update(done, { note });
    });
  } finally {
    end();
  }
}

/** Ends every bar and shows the cursor again, for a process that ends in the middle of its work. */
export function stopProgress(): void {
  for (const end of running) end();
}

/** Lets timers and signals have their turn between two steps of a computation that never waits for anything. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
