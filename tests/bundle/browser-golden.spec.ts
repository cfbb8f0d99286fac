import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openBundle, readGolden } from '@mushroom/recognition/bundle/bundle-reader';
import { build, stop as stopEsbuild } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, SKIP_NOTE } from '../chromium.ts';
import { committedBundles } from './committed-bundles.ts';
import { largestDifference } from './scores-of-golden.ts';

const chromium = findChromium();
const directories = await committedBundles();
const wasmFiles = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

const TYPES: Record<string, string> = { '.json': 'application/json', '.wasm': 'application/wasm' };

/** Serves the page's script, the bundle and the backend's wasm files, the way any web server would. */
async function serve(script: string, directory: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/golden-page.js"></script>');
      return;
    }
    if (pathname === '/golden-page.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
      return;
    }
    const [, folder, ...rest] = pathname.split('/');
    readFile(path.join(folder === 'wasm' ? wasmFiles : directory, ...rest)).then(
      (bytes) =>
        response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'application/octet-stream').end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

it('a bundle is committed', () => {
  expect(directories).not.toEqual([]);
});

describe.skipIf(!chromium)(`in a browser (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    const bundled = await build({
      entryPoints: [path.join(import.meta.dirname, 'golden-page.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
    });
    script = bundled.outputFiles[0]!.text;
    // Its process would outlive the tests.
    await stopEsbuild();
    browser = await launchChromium(chromium!);
  });
  afterAll(() => browser?.close());

  it.each(directories)('%s gives its golden outputs on wasm', async (directory) => {
    const server = await serve(script, directory);
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const { backend, scores } = await page.evaluate(() => globalThis.goldenOnWasm());
      await page.close();

      const golden = await readGolden(await openBundle(directory));
      expect(backend).toBe('wasm');
      expect(largestDifference(scores, golden)).toBeLessThanOrEqual(golden.tolerance);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
