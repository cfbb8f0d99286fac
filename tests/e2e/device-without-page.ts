import path from 'node:path';
import { build, stop as stopEsbuild } from 'esbuild';
import type { Browser, Page } from 'playwright-core';

/**
 * Opens a browser tab in which the built page's on-device worker runs the model that the service serves.
 * @returns the tab, with the functions of device-page.ts in it.
 */
export async function openDevice(browser: Browser, serviceUrl: string): Promise<Page> {
  const bundled = await build({
    entryPoints: [path.join(import.meta.dirname, 'device-page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  // Its process would outlive the test.
  await stopEsbuild();
  const page = await browser.newPage();
  // A page of the service that has no script of its own: browsers show JSON in one.
  await page.goto(`${serviceUrl}/api/problems/not_found`);
  await page.evaluate(bundled.outputFiles[0]!.text);
  await page.evaluate((worker) => globalThis.prepareDevice(worker), await workerAddress(serviceUrl));
  return page;
}

/** Its name has a hash in it; the service worker's list of files knows it. */
async function workerAddress(serviceUrl: string): Promise<string> {
  const list = await (await fetch(`${serviceUrl}/service-worker.js`)).text();
  const [address] = /\/assets\/on-device\.worker-[\w-]+\.js/.exec(list) ?? [];
  if (!address) throw new Error('the built page has no on-device worker');
  return address;
}
