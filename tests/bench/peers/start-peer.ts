import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../service-process.ts';

/** A server that is asked as the service is. */
export interface Peer {
  url: string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 120_000;

/**
 * Starts a peer, and waits until it answers.
 * @param argumentsOn the arguments by which it listens on a port.
 * @throws Error with what it printed, where it ends or does not answer.
 */
export async function startPeer(command: string, argumentsOn: (port: number) => string[], cwd: string): Promise<Peer> {
  const port = await freePort();
  // A group of its own: its workers end with it.
  const child = spawn(command, argumentsOn(port), { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
  };
  const url = `http://127.0.0.1:${port}`;
  for (const limit = Date.now() + START_LIMIT_MS; Date.now() < limit && child.exitCode === null;) {
    if ((await fetch(`${url}/readyz`).catch(() => null))?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`${command} does not serve; it printed:\n${output}`);
}
