// Runs once, before the first end-to-end test: one browser and one service for all files that need none of their own.
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findChromium, launchOptions } from '../chromium.ts';
import { FAKE_CAMERA } from '../e2e/fake-camera.ts';
import { startService } from '../service-process.ts';
import buildStale from './build-stale.ts';

/** To a browser, an address of the machine itself is as good as https; any other name is not. */
const HOME_NETWORK = '--host-resolver-rules=MAP home.example 127.0.0.1';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser is driven, and where the service answers; null where there is no browser. */
    shared: { browser: string; service: string } | null;
  }
}

export default async function startBoth({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium();
  if (!executablePath) {
    provide('shared', null);
    return undefined;
  }
  await buildStale();
  // All files ask from the same address.
  const service = await startService({ RATE_LIMIT: '0' });
  const browser = await chromium.launchServer(launchOptions(executablePath, [...FAKE_CAMERA, HOME_NETWORK]));
  provide('shared', { browser: browser.wsEndpoint(), service: service.url });
  return async () => {
    await browser.close();
    await service.stop();
  };
}
