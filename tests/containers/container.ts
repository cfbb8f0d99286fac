import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, inject } from 'vitest';
import { freePort } from '../service-process.ts';
import type { BuiltImages } from './build-images.ts';

const run = promisify(execFile);

/** A container as a cluster would run it: nothing to write to but /tmp, no capabilities, a memory limit. */
export interface Container {
  name: string;
  port: number;
  /** Such as `http://127.0.0.1:40123`, without a slash at the end. */
  url: string;
  /** Everything that it has printed so far. */
  logs(): Promise<string>;
  /** Runs a program in it; gives what it prints. */
  execute(...command: string[]): Promise<string>;
  /** Sends a signal and waits for the end; gives the exit code. */
  stop(signal: string): Promise<number>;
  /** Ends it whatever it does, and leaves nothing of it. */
  remove(): Promise<void>;
}

/**
 * Starts a container on this machine's own network.
 * @param environment PORT is a free one where not given.
 */
export async function startContainer(
  image: string,
  { environment = {}, memory = '1g' }: { environment?: Record<string, string>; memory?: string } = {},
): Promise<Container> {
  const port = Number(environment.PORT ?? (await freePort()));
  const variables = Object.entries({ ...environment, PORT: String(port) }).map(([key, value]) => `${key}=${value}`);
  const { stdout } = await podman(
    ...['run', '--detach', '--network', 'host', '--read-only', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--memory', memory, '--memory-swap', memory, '--pids-limit', '256'],
    ...variables.flatMap((variable) => ['--env', variable]),
    image,
  );
  const name = stdout.trim();
  return {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    async logs() {
      const { stdout, stderr } = await podman('logs', name);
      return stdout + stderr;
    },
    async execute(...command) {
      const { stdout } = await podman('exec', name, ...command);
      return stdout;
    },
    async stop(signal) {
      const ended = podman('wait', name);
      await podman('kill', '--signal', signal, name);
      return Number((await ended).stdout);
    },
    async remove() {
      await podman('rm', '--force', '--time', '0', name);
    },
  };
}

export function podman(...options: string[]): Promise<{ stdout: string; stderr: string }> {
  return run('podman', options, { maxBuffer: 64 * 1024 * 1024 });
}

/** @throws Error with what the container printed, where it ends, or does not answer 200 in two minutes. */
export async function answering(container: Container, address: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const answer = await fetch(container.url + address, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (answer?.ok) return;
    const { stdout } = await podman('inspect', '--format', '{{.State.Running}}', container.name);
    if (stdout.trim() !== 'true') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${address} was not answered; the container printed:\n${await container.logs()}`);
}

/** Tests of what the images hold and do. Skipped where they can't be built: images.spec.ts fails then in CI. */
export const describeImages = describe.skipIf(!inject('images'));

/** @throws Error where there are none: only for tests in `describeImages`. */
export function builtImages(): BuiltImages {
  const images = inject('images');
  if (!images) throw new Error(inject('withoutImages'));
  return images;
}
