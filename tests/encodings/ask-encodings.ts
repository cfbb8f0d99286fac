import path from 'node:path';
import { build, stop as stopEsbuild } from 'esbuild';
import type { Browser } from 'playwright-core';
import { openDevice } from '../e2e/device-without-page.ts';
import type { Answer, Answers } from './asking-page.ts';

/**
 * Opens a browser tab that asks the service, the page and the device about files.
 * @returns what asks about one; with `raw`, the device also about the file that no page has shrunk.
 */
export async function openAsking(
  browser: Browser,
  serviceUrl: string,
): Promise<(file: Buffer, raw?: boolean) => Promise<Answers>> {
  const tab = await openDevice(browser, serviceUrl);
  const bundled = await build({
    entryPoints: [path.join(import.meta.dirname, 'asking-page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    // For HEIC the page starts a worker of its own build, which is not here.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  // Its process would outlive the test.
  await stopEsbuild();
  await tab.evaluate(bundled.outputFiles[0]!.text);
  let asked: Buffer = Buffer.alloc(0);
  await tab.route('**/__file', (route) => route.fulfill({ body: asked, contentType: 'application/octet-stream' }));
  return async (file, raw = false) => {
    asked = file;
    return tab.evaluate((raw) => globalThis.askAll('/__file', raw), raw);
  };
}

/** An answer's decision, match and verdict in a line; why there is none. */
export function summaryOf(answer: Answer): string {
  if ('refused' in answer) return 'refused';
  const { decision, match, toxicity } = answer;
  return [decision, match?.rank, match?.taxon, toxicity.verdict].filter(Boolean).join(' ');
}
