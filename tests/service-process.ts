import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import apiService from '../api-service/package.json' with { type: 'json' };

export const repository = path.resolve(import.meta.dirname, '..');

/** The built service as a process of its own, as in production. */
export interface ServiceProcess {
  /** Such as `http://127.0.0.1:40123`, without a slash at the end. */
  url: string;
  process: ChildProcess;
  /** Everything that it has printed so far. */
  output(): string;
  /** Ends it with SIGTERM; gives its exit code, null where a signal ended it. */
  stop(): Promise<number | null>;
}

/** How the workspace itself starts it: node's options, and the file. */
const [, ...startArguments] = apiService.scripts.start.split(' ');

/** What the service's image sets: tests/containers holds the two to the same. The image of native does not. */
export const IMAGE_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

/**
 * Starts `api-service/dist/main.js` on a free port, and waits until it is ready to answer.
 * @param environment keys of the service's configuration that differ from the defaults.
 * @throws Error with what it printed, where it ends before it is ready, or is not ready in two minutes.
 */
export async function startService(environment: Record<string, string> = {}): Promise<ServiceProcess> {
  const main = path.join(repository, 'api-service/dist/main.js');
  const page = path.join(repository, 'frontend/dist/index.html');
  for (const built of [main, page]) {
    if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\` first`);
  }
  const port = environment.PORT ?? (await freePort());
  const service = spawn(process.execPath, startArguments, {
    cwd: path.join(repository, 'api-service'),
    env: {
      ...process.env,
      ...(environment.INFERENCE_BACKEND === 'native' ? {} : IMAGE_ENVIRONMENT),
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [service.stdout, service.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (service.exitCode === null && service.signalCode === null) {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
    return service.exitCode;
  };
  try {
    await ready(url, service);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; it printed:\n${output}`, { cause: error });
  }
  return { url, process: service, output: () => output, stop };
}

async function ready(url: string, service: ChildProcess): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (service.exitCode !== null) throw new Error(`the service ended with code ${service.exitCode}`);
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service was not ready in two minutes');
}

/** A TCP port that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
