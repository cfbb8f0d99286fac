import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HANG_LIMIT_MS } from '../hang-limit.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { answering, builtImages, describeImages, startContainer, type Container } from './container.ts';

interface Asked {
  sent: number;
  /** What was not answered as it should, in words. */
  failures: string[];
}

/** Clients that ask one thing after the other until they are told to stop; ten minutes at most. */
function keepAsking(ask: () => Promise<Response>, clients: number): { stop(): Promise<Asked> } {
  const asked: Asked = { sent: 0, failures: [] };
  const until = Date.now() + 600_000;
  let stopped = false;
  const client = async () => {
    while (!stopped && Date.now() < until) {
      asked.sent++;
      try {
        const answer = await ask();
        const body = await answer.text();
        if (answer.status !== 200) asked.failures.push(`${answer.status} ${body}`);
      } catch (error) {
        asked.failures.push(String((error as Error).cause ?? error));
      }
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop() {
      stopped = true;
      await all;
      return asked;
    },
  };
}

describeImages('a rolling update of two replicas behind the page, one after the other', () => {
  const environment = { TRUST_PROXY: '1', RATE_LIMIT: '0', INFERENCE_WORKERS: '1' };
  const startReplica = (port?: number) =>
    startContainer(builtImages().api.name, {
      environment: { ...environment, ...(port === undefined ? {} : { PORT: String(port) }) },
    });
  let replicas: Container[] = [];
  let page: Container;
  beforeAll(async () => {
    replicas = await Promise.all([startReplica(), startReplica()]);
    await Promise.all(replicas.map((replica) => answering(replica, '/readyz')));
    const API_ADDRESSES = replicas.map(({ port }) => `127.0.0.1:${port}`).join(' ');
    page = await startContainer(builtImages().frontend.name, { environment: { API_ADDRESSES }, memory: '128m' });
    await answering(page, '/healthz');
  });
  afterAll(() => Promise.all([...replicas, page].map((container) => container?.remove())));

  it('fails no request, and the new replicas answer', async () => {
    const photo = new Blob([await readFile(FLY_AGARIC)], { type: 'image/jpeg' });
    const photos = keepAsking(() => {
      const form = new FormData();
      form.append('image', photo, 'photo.jpg');
      return fetch(`${page.url}/api/v1/identifications`, { method: 'POST', body: form });
    }, 3);
    const pages = keepAsking(async () => {
      // Quick answers would crowd the photos out.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return fetch(`${page.url}/api/v1/species/amanita-muscaria`);
    }, 1);

    const first = [...replicas];
    for (const [index, replica] of first.entries()) {
      expect(await replica.stop('SIGTERM')).toBe(0);
      replicas[index] = await startReplica(replica.port);
      await answering(replicas[index]!, '/readyz');
      await replica.remove();
    }

    // Both new ones are asked before the load ends.
    for (const replica of replicas) {
      const metrics = async () => (await fetch(`${replica.url}/metrics`)).text();
      await expect.poll(metrics, { timeout: HANG_LIMIT_MS, interval: 100 }).toContain('outcome="answered"');
    }
    for (const { sent, failures } of [await photos.stop(), await pages.stop()]) {
      expect(failures).toEqual([]);
      expect(sent).toBeGreaterThan(20);
    }
  }, 300_000);
});
