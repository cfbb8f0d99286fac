import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What a passing test prints is of no interest; a failing one's output is shown.
    silent: 'passed-only',
    // Real models on machines that do something else as well: a limit is there to end what hangs.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { test: { name: 'models', include: ['models/src/**/*.spec.ts'] } },
      { test: { name: 'api-service', include: ['api-service/src/**/*.spec.ts'] } },
      { extends: 'frontend/vite.config.ts', test: { name: 'frontend', include: ['frontend/src/**/*.spec.{ts,tsx}'] } },
      { test: { name: 'scripts', include: ['scripts/**/*.spec.ts'] } },
      {
        test: {
          name: 'tests',
          include: ['tests/**/*.spec.ts'],
          // These start the real service, a real browser, or both.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
