import cliProgress from 'cli-progress';

/** A bar with the time left on a terminal; a line now and then in a log. */
export function progressBar(title: string, total: number) {
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
  bar.start(total, 0, { note: '' });
  return {
    to(value: number, note = '') {
      bar.update(value, { note });
    },
    end() {
      bar.stop();
    },
  };
}
