import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStorage } from '@mushroom/recognition/registry/storage/open-storage';
import { describeObjectsIn } from '@mushroom/recognition/registry/storage/testing/storage-contract';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

// https://github.com/fsouza/fake-gcs-server, which others wrote: what our own fake is held to holds there as well.
const isInstalled = spawnSync('fake-gcs-server', ['-h']).error === undefined;

describe.skipIf(!isInstalled)('a Cloud Storage emulator', () => {
  let emulator: ChildProcess;
  let folder: string;
  let apiEndpoint: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'emulator-'));
    await mkdir(path.join(folder, 'contract'));
    const port = await freePort();
    apiEndpoint = `http://127.0.0.1:${port}`;
    const options = ['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-public-host', `127.0.0.1:${port}`];
    emulator = spawn('fake-gcs-server', [...options, '-backend', 'memory', '-data', folder], { stdio: 'ignore' });
    const ready = async () =>
      emulator.exitCode ?? (await fetch(`${apiEndpoint}/storage/v1/b`).catch(() => null))?.status;
    await vi.waitFor(async () => expect(await ready(), 'exit code or status').toBe(200), HANG_LIMIT_MS);
  });
  afterAll(async () => {
    emulator.kill();
    await rm(folder, { recursive: true, force: true });
  });

  let places = 0;
  describeObjectsIn('its bucket', () => openStorage(`gs://contract/${++places}`, { apiEndpoint }));
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
