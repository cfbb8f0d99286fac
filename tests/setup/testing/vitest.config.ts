import { defineConfig } from 'vitest/config';

// Tests that go wrong, for the tests of what guards all others: each is run by its path.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.ts'],
    exclude: ['vitest.config.ts'],
    setupFiles: ['../guard-processes.ts'],
    reporters: ['default', '../progress-reporter.ts'],
  },
});
