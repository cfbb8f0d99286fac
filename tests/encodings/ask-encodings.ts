import path from 'node:path';
import { build, stop as stopEsbuild } from 'esbuild';
import type { Browser } from 'playwright-core';
import { openDevice } from '../e2e/device-without-page.ts';
import type { Answer, Answers } from './asking-page.ts';

/** What the page makes of a file, or the code of why it takes none. */
export type Drawn = Buffer | { refused: string };

export interface Asking {
  draw: (file: Buffer) => Promise<Drawn>;
  /** With `raw`, the device is also asked about the file that no page has shrunk. */
  ask: (file: Buffer, raw?: boolean) => Promise<{ answers: Answers; drawn: Drawn }>;
}

/** Opens a browser tab that asks the service, the page and the device about files. */
export async function openAsking(browser: Browser, serviceUrl: string): Promise<Asking> {
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
  const drawnOf = (drawn: { drawn: string } | { refused: string }): Drawn =>
    'drawn' in drawn ? Buffer.from(drawn.drawn, 'base64') : drawn;
  return {
    draw: async (file) => {
      asked = file;
      return drawnOf(await tab.evaluate(() => globalThis.drawFile('/__file')));
    },
    ask: async (file, raw = false) => {
      asked = file;
      const { answers, drawn } = await tab.evaluate((raw) => globalThis.askAll('/__file', raw), raw);
      return { answers, drawn: drawnOf(drawn) };
    },
  };
}

/** An answer's decision, match and verdict in a line; why there is none. */
export function summaryOf(answer: Answer): string {
  if ('refused' in answer) return 'refused';
  const { decision, match, toxicity } = answer;
  return [decision, match?.rank, match?.taxon, toxicity.verdict].filter(Boolean).join(' ');
}
