import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Real models on machines that do something else as well: a limit is there to end what hangs. A project takes none of
// the root's options, so each is given them.
const limits = { testTimeout: 60_000, hookTimeout: 120_000, setupFiles: ['tests/setup/guard-processes.ts'] };
const built = { globalSetup: ['tests/setup/build-stale.ts'] };

export default defineConfig({
  test: {
    // What a passing test prints is of no interest; a failing one's output is shown.
    silent: 'passed-only',
    // Many wait for a process of their own or for a limit to pass: one more than there are cores keeps these at work.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './tests/setup/progress-reporter.ts', ['json', { outputFile: '.build/test-results.json' }]],
    projects: [
      { test: { ...limits, name: 'recognition', include: ['models/recognition/src/**/*.spec.ts'] } },
      { test: { ...limits, name: 'training', include: ['models/{training/src,experiments}/**/*.spec.ts'] } },
      { test: { ...limits, ...built, name: 'api-service', include: ['api-service/src/**/*.spec.ts'] } },
      {
        extends: 'frontend/vite.config.ts',
        test: { ...limits, setupFiles: [], name: 'frontend', include: ['frontend/src/**/*.spec.{ts,tsx}'] },
      },
      { test: { ...limits, name: 'scripts', include: ['scripts/**/*.spec.ts'] } },
      {
        test: {
          ...limits,
          name: 'e2e',
          include: ['tests/e2e/**/*.spec.ts'],
          globalSetup: ['tests/setup/browser-and-service.ts'],
        },
      },
      {
        test: {
          ...limits,
          ...built,
          name: 'tests',
          include: ['tests/**/*.spec.ts'],
          exclude: ['tests/{containers,e2e}/**'],
        },
      },
      {
        test: {
          ...limits,
          name: 'containers',
          include: ['tests/containers/**/*.spec.ts'],
          globalSetup: 'tests/containers/build-images.ts',
          // A rolling update is under load; nothing else should be.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
