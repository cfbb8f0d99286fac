import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { repository, startService, type ServiceProcess } from '../service-process.ts';
import { identify, startAfresh } from './identify.ts';
import { hasBrowser, openBrowser } from './shared.ts';

const DANGEROUS = /^(Poisonous|Deadly)$/;
const ON_DEVICE = /on-device|wasm|\.csv$|\/files\/graph/;

describe.skipIf(!hasBrowser)(`the model on the device, in a browser (${SKIP_NOTE})`, () => {
  let service: ServiceProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    // The smaller one of the shipped models: what is told here is the same of both, and a browser computes it sooner.
    service = await startService({ MODEL_NAME: 'mushroom-student' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  /** A browser without anything of this page: a device that comes for the first time. */
  async function open(): Promise<void> {
    context = await browser.newContext();
    page = await context.newPage();
    // Firefox asks the person whether to keep data for ever, and waits: here, somebody who never answers.
    await page.addInitScript(() => {
      StorageManager.prototype.persist = () => new Promise(() => {});
    });
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  }

  /** The page, from now on able to open without a connection. */
  async function visit(url = service.url): Promise<void> {
    await page.goto(url);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller) return;
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    });
  }

  const isHere = () => page.getByText('is on this device: it also works with no connection').waitFor();
  const keepSwitch = () => page.getByRole('switch', { name: 'Keep my photos on this device' });

  async function verdictOf(photo: string): Promise<string> {
    const answer = await identify(page, photo);
    return answer.getByRole('heading', { level: 1 }).innerText();
  }

  /** Changes a cached file of the model, as a failing disk may. */
  function tamperWith(file: string): Promise<void> {
    return page.evaluate(async (file) => {
      const key = (await caches.keys()).find((name) => name.startsWith('model/'))!;
      const cache = await caches.open(key);
      const request = (await cache.keys()).find(({ url }) => url.endsWith(file))!;
      const cached = (await cache.match(request))!;
      const bytes = new Uint8Array(await cached.arrayBuffer());
      // The first letter of a name in the middle, where there is text: it stays well-formed.
      const middle = bytes.indexOf('A'.charCodeAt(0), bytes.length >> 1);
      bytes[middle] = 'B'.charCodeAt(0);
      await cache.put(request, new Response(bytes, { headers: cached.headers }));
    }, file);
  }

  /** True where a cached file of the model is, byte for byte, the one that the service has. */
  function isAsServed(file: string): Promise<boolean> {
    return page.evaluate(async (file) => {
      const key = (await caches.keys()).find((name) => name.startsWith('model/'))!;
      const cache = await caches.open(key);
      const request = (await cache.keys()).find(({ url }) => url.endsWith(file))!;
      const [here, there] = await Promise.all([cache.match(request), fetch(request.url, { cache: 'no-store' })]);
      const [a, b] = [await here!.bytes(), await there.bytes()];
      return a.length === b.length && a.every((byte, index) => byte === b[index]);
    }, file);
  }

  it('costs nothing until it is asked for: no file of it is in the first load', async () => {
    const plain = await browser.newContext({ serviceWorkers: 'block' });
    const first = await plain.newPage();
    const fetched: string[] = [];
    first.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await first.goto(service.url);
    await first.waitForLoadState('networkidle');
    await plain.close();
    expect(fetched.length).toBeGreaterThan(2);
    expect(fetched.filter((file) => ON_DEVICE.test(file))).toEqual([]);
  });

  describe('where the service is gone', () => {
    let own: ServiceProcess;
    beforeAll(async () => {
      own = await startService({ MODEL_NAME: 'mushroom-student' });
      await open();
      await visit(own.url);
      await page.getByRole('button', { name: /Get the model onto this device \(\d+\.\d MB\)/ }).click();
      await isHere();
      await own.stop();
    });
    afterAll(async () => {
      await context?.close();
      await own?.stop();
    });

    it('answers by itself, though the device does not know that the service died', async () => {
      expect(await verdictOf(FLY_AGARIC)).toMatch(DANGEROUS);
    });

    it('answers with the network cut, on a page opened without it', async () => {
      await context.setOffline(true);
      await startAfresh(page);

      expect(await verdictOf(FLY_AGARIC)).toMatch(DANGEROUS);
      expect(await page.getByRole('link', { name: 'Amanita muscaria' }).count()).toBeGreaterThan(0);
      expect(await page.locator('a[href^="tel:"]').count()).toBeGreaterThan(0);
    });
  });

  // One after the other on the same device; each leaves it as it was: switched on, with the model.
  describe('where it is switched on', () => {
    let sent: string[];
    beforeAll(async () => {
      await open();
      page.on('request', (request) => {
        if (request.method() !== 'GET') sent.push(request.url());
      });
      await visit();
      await keepSwitch().check();
      await isHere();
    });
    beforeEach(async () => {
      sent = [];
      complaints.length = 0;
      await startAfresh(page);
    });
    afterAll(() => context?.close());

    it('answers and tells where it looked, without sending anything', async () => {
      expect(await keepSwitch().isChecked()).toBe(true);
      const answer = await identify(page, FLY_AGARIC);
      expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(DANGEROUS);
      await answer.getByRole('button', { name: 'Where it looked' }).click();
      const layer = answer.getByRole('img', { name: /The place that counted most/ });
      await layer.evaluate((image: HTMLImageElement) => image.decode());
      expect(sent).toEqual([]);
      expect(complaints).toEqual([]);
    });

    it('sends the photo again once it is switched off', async () => {
      await keepSwitch().uncheck();
      expect(await verdictOf(FLY_AGARIC)).toMatch(DANGEROUS);
      expect(sent).toHaveLength(1);
      expect(complaints).toEqual([]);
      await startAfresh(page);
      await keepSwitch().check();
    });

    it.each(['graph/weights.bin', 'golden.json', 'bundle.json'])(
      'is refused where its %s is damaged, and fetched again',
      async (file) => {
        await isHere();
        await tamperWith(file);
        expect(await isAsServed(file)).toBe(false);
        await page.reload();

        expect(await verdictOf(FLY_AGARIC)).toMatch(DANGEROUS);
        expect(await isAsServed(file)).toBe(true);
      },
    );

    it('is refused where it is damaged and cannot be fetched again, and says so', async () => {
      await isHere();
      await tamperWith('graph/weights.bin');
      await context.setOffline(true);
      await page.reload();

      await page.getByLabel('Choose photos').setInputFiles(FLY_AGARIC);
      await page.getByRole('button', { name: 'Identify' }).click();
      await page.getByRole('alert').filter({ hasText: 'model_damaged' }).waitFor();
    });
  });

  describe('on a device that comes for the first time', () => {
    beforeEach(open);
    afterEach(() => context.close());

    it('is refused where what the service sends is not what its checksums name', async () => {
      await context.route('**/files/graph/weights.bin', async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        body[1000]! ^= 0xff;
        await route.fulfill({ response, body });
      });
      await page.goto(service.url);
      await keepSwitch().check();
      await page.getByText('The model on this device is damaged').waitFor();
      await page.getByRole('button', { name: 'Fetch the model again' }).waitFor();
    });

    it('is refused where it does not give the outputs that its bundle promises', async () => {
      let golden: Buffer;
      await context.route('**/files/golden.json', async (route) => {
        await route.fulfill({ contentType: 'application/json', body: golden });
      });
      await context.route('**/files/bundle.json', async (route) => {
        const promised = await (await route.fetch({ url: route.request().url().replace('bundle', 'golden') })).json();
        promised.cases[0].scores[0] += 0.1;
        golden = Buffer.from(JSON.stringify(promised));
        const response = await route.fetch();
        const bundle = await response.json();
        const sha256 = createHash('sha256').update(golden).digest('hex');
        bundle.files['golden.json'] = { bytes: golden.length, sha256 };
        await route.fulfill({ response, json: bundle });
      });
      await page.goto(service.url);
      await keepSwitch().check();
      await page.getByText('The model on this device is damaged').waitFor();
    });

    it('says that it has to be fetched first where there is neither it nor a connection', async () => {
      await visit();
      await context.setOffline(true);
      await page.reload();
      await keepSwitch().check();
      await page.getByLabel('Choose photos').setInputFiles(FLY_AGARIC);
      await page.getByRole('button', { name: 'Identify' }).click();
      await page.getByRole('alert').filter({ hasText: 'model_not_here' }).waitFor();
    });

    it('can be installed: a manifest with icons that are there', async () => {
      const { icons, start_url } = await (await fetch(`${service.url}/manifest.webmanifest`)).json();
      for (const { src, type } of icons) {
        const icon = await fetch(new URL(src, service.url));
        expect(icon.headers.get('content-type')).toBe(type);
      }
      await visit(new URL(start_url, service.url).href);
      const session = await context.newCDPSession(page);
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      // A tab without a profile on disk is never offered for installation.
      expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    });

    it('a new version of the page waits until the person agrees to it', async () => {
      const built = await mkdtemp(path.join(tmpdir(), 'page-'));
      await cp(process.env.FRONTEND_DIRECTORY ?? path.join(repository, 'frontend/dist'), built, { recursive: true });
      const own = await startService({ FRONTEND_DIRECTORY: built });
      try {
        await visit(own.url);
        expect(await page.getByText('A new version of this page is ready').count()).toBe(0);
        await appendFile(path.join(built, 'service-worker.js'), '\n// another version\n');
        await page.reload();
        await page.getByText('A new version of this page is ready').waitFor();
        await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Change to it' }).click()]);
        await page.getByLabel('Choose photos').waitFor({ state: 'attached' });
        expect(await page.getByText('A new version of this page is ready').count()).toBe(0);
      } finally {
        await own.stop();
        await rm(built, { recursive: true });
      }
    });
  });
});
