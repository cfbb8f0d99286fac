// @ts-check
// Beside vitest's own lines: how far the tests are, and in the end what was skipped and why.

/** A terminal shows vitest's own summary while it runs; a log gets a line now and then. */
const EVERY_MS = 15_000;

/** @implements {import('vitest/reporters').Reporter} */
export default class ProgressReporter {
  #started = Date.now();
  #files = 0;
  #filesDone = 0;
  #counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {Map<string, number>} */
  #skipped = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {readonly unknown[]} files */
  onTestRunStart(files) {
    this.#files = files.length;
    if (!process.stdout.isTTY) this.#timer = setInterval(() => this.#say(), EVERY_MS);
  }

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    const result = test.result();
    if (result.state === 'pending') return;
    this.#counts[result.state]++;
    if (result.state !== 'skipped') return;
    const reason = ('note' in result && result.note) || test.module.relativeModuleId;
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  onTestModuleEnd() {
    this.#filesDone++;
  }

  onTestRunEnd() {
    clearInterval(this.#timer);
    if (this.#skipped.size === 0) return;
    console.log('\nSkipped:');
    for (const [reason, count] of [...this.#skipped].sort(([, a], [, b]) => b - a)) {
      console.log(`  ${String(count).padStart(4)}  ${reason}`);
    }
  }

  #say() {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    const { passed, failed, skipped } = this.#counts;
    console.log(
      `\n… ${this.#filesDone} of ${this.#files} files after ${seconds} s: ${passed} passed, ${failed} failed, ${skipped} skipped\n`,
    );
  }
}
