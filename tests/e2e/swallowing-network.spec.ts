import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SKIP_NOTE } from '../chromium.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { hasBrowser, openBrowser, sharedService } from './shared.ts';

/** A way to the service that can begin to swallow: it takes connections and all that is sent, and gives nothing back. */
async function startRelay(to: string) {
  const sockets = new Set<net.Socket>();
  const relay = {
    swallows: false,
    url: '',
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  const server = net.createServer((client) => {
    const service = net.connect(Number(new URL(to).port), '127.0.0.1');
    for (const [from, into] of [
      [client, service],
      [service, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => !relay.swallows && into.write(data));
      from.on('error', () => undefined);
      from.on('close', () => !relay.swallows && into.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  relay.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return relay;
}

describe.skipIf(!hasBrowser)(`a network that takes everything and carries nothing (${SKIP_NOTE})`, () => {
  let browser: Browser;
  let relay: Awaited<ReturnType<typeof startRelay>>;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    relay = await startRelay(sharedService());
    context = await browser.newContext();
    page = await context.newPage();
    await page.clock.install();
    await page.goto(relay.url);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller) return;
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    });
  });
  afterEach(async () => {
    await context.close();
    await relay.stop();
  });

  async function ask(): Promise<void> {
    await page.getByLabel('Choose photos').setInputFiles(FLY_AGARIC);
    await page.getByRole('button', { name: 'Identify' }).waitFor();
    relay.swallows = true;
    await page.getByRole('button', { name: 'Identify' }).click();
    await page.getByText(/(Sending|Looking at) your photo/).waitFor();
  }

  async function answerOfTheDevice(): Promise<void> {
    const answer = page.getByRole('article', { name: 'Answer' });
    await answer.getByText('Answered on this device').waitFor();
    expect(await answer.getByRole('heading', { level: 1 }).innerText()).toMatch(/^(Poisonous|Deadly)$/);
  }

  it('has the device answer, by a click or by itself, where the model is there', async () => {
    await page.getByRole('button', { name: /Get the model onto this device/ }).click();
    await page.getByText('is on this device: it also works with no connection').waitFor();
    await ask();
    await page.clock.fastForward(5000);
    await page.getByText('It is slow').waitFor();
    await page.getByRole('button', { name: 'Look on this device' }).click();
    await answerOfTheDevice();

    await page.getByRole('button', { name: 'Another mushroom' }).click();
    await ask();
    await page.clock.fastForward(12_000);
    await answerOfTheDevice();
  });

  it('is said to be one where the model is not there, for photos and for the model itself', async () => {
    await ask();
    await page.clock.fastForward(5000);
    await page.getByText('It is slow').waitFor();
    await page.clock.fastForward(12_000);
    await page.getByRole('alert').filter({ hasText: 'No answer comes' }).waitFor();
    await page.getByRole('img', { name: 'Photo 1' }).waitFor();

    await page.getByRole('button', { name: /Get the model onto this device/ }).click();
    await page.getByRole('button', { name: 'Cancel the download' }).click();
    await page.getByRole('button', { name: /Get the model onto this device/ }).waitFor();
  });

  it('shows the facts of an earlier visit', async () => {
    const facts = () => page.getByRole('heading', { level: 1, name: /Amanita phalloides/ }).waitFor();
    await page.goto(`${relay.url}/species/amanita-phalloides`);
    await facts();
    relay.swallows = true;
    await page.reload();
    await page.getByText('Fetching the facts…').waitFor();
    await page.clock.fastForward(4000);
    await facts();
  });
});
