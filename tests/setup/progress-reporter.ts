// Beside vitest's own lines: how far the tests are, and in the end what was skipped and why.
import type { Reporter, TestCase } from 'vitest/node';

/** A terminal shows vitest's own summary while it runs; a log gets a line now and then. */
const EVERY_MS = 15_000;

/** What the title of the test, or of a group around it, has in parentheses at its end. */
function reasonInTitle({ fullName }: TestCase): string | undefined {
  return fullName
    .split(' > ')
    .flatMap((title) => /\(([^()]+)\)$/.exec(title)?.[1] ?? [])
    .at(-1);
}

export default class ProgressReporter implements Reporter {
  private readonly started = Date.now();
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };
  private readonly skipped = new Map<string, number>();
  private files = 0;
  private filesDone = 0;
  private timer: NodeJS.Timeout | undefined;

  onTestRunStart(files: readonly unknown[]): void {
    this.files = files.length;
    if (!process.stdout.isTTY) this.timer = setInterval(() => this.say(), EVERY_MS);
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'pending') return;
    this.counts[result.state]++;
    if (result.state !== 'skipped') return;
    const reason = result.note ?? reasonInTitle(test) ?? test.module.relativeModuleId;
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
  }

  onTestModuleEnd(): void {
    this.filesDone++;
  }

  onTestRunEnd(): void {
    clearInterval(this.timer);
    if (this.skipped.size === 0) return;
    console.log('\nSkipped:');
    for (const [reason, count] of [...this.skipped].sort(([, a], [, b]) => b - a)) {
      console.log(`  ${String(count).padStart(4)}  ${reason}`);
    }
  }

  private say(): void {
    const seconds = Math.round((Date.now() - this.started) / 1000);
    const { passed, failed, skipped } = this.counts;
    const files = `${this.filesDone} of ${this.files} files`;
    console.log(`\n… ${files} after ${seconds} s: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
