import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { beforeAll, expect, inject, it } from 'vitest';
import { repository } from '../service-process.ts';
import { builtImages, describeImages, podman } from './container.ts';

const MEGABYTE = 1e6;

it('the images can be built here; elsewhere their tests are skipped', (test) => {
  const reason = inject('withoutImages');
  if (reason && !process.env.CI) test.skip(reason);
  expect(reason).toBeUndefined();
});

interface Settings {
  User: string;
  Config: { Env: string[]; Labels: Record<string, string> };
  HealthCheck?: { Test: string[] };
  Healthcheck?: { Test: string[] };
}

async function settingsOf(image: string): Promise<Settings> {
  const { stdout } = await podman('image', 'inspect', image);
  return (JSON.parse(stdout) as Settings[])[0]!;
}

/** podman opens /dev/stdout by its name, which is no file where it is one of Node's sockets; a pipe of the shell is. */
function outputOf(pipeline: string, name: string): Readable {
  return spawn('sh', ['-c', pipeline, name], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}

/** Paths of every file and folder in an image, without the slash at the front. */
async function pathsIn(image: string): Promise<string[]> {
  const { stdout } = await podman('create', '--read-only', image);
  const name = stdout.trim();
  try {
    let paths = '';
    for await (const text of outputOf('podman export "$0" | tar -t', name).setEncoding('utf8')) paths += text;
    return paths.trimEnd().split('\n');
  } finally {
    await podman('rm', name);
  }
}

/** Whether bytes occur anywhere in an image: in a layer, in its history, in its settings. */
async function holds(image: string, text: string): Promise<boolean> {
  const saved = outputOf('podman save --format docker-archive "$0" | cat', image);
  const wanted = Buffer.from(text);
  let end = Buffer.alloc(0);
  let found = false;
  let length = 0;
  for await (const chunk of saved as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([end, chunk]);
    found ||= bytes.includes(wanted);
    length += chunk.length;
    end = bytes.subarray(Math.max(0, bytes.length - wanted.length));
  }
  // Of nothing, nothing would be found.
  expect(length).toBeGreaterThan(MEGABYTE);
  return found;
}

describeImages.each(['api', 'frontend', 'apiNative'] as const)('the image %s', (which) => {
  const image = () => builtImages()[which];
  let paths: string[];
  let settings: Settings;
  beforeAll(async () => {
    const built = image();
    if (!built) return;
    [paths, settings] = [await pathsIn(built.name), await settingsOf(built.name)];
    expect(paths.filter(ofOurs).length).toBeGreaterThan(10);
  });

  // Only the native one may be missing; CI has what it is made of.
  const itsImage = it.skipIf(inject('images')?.[which] === undefined && !process.env.CI);

  itsImage('runs as a numeric user who is not root, says what it is, and how to ask for its health', () => {
    expect(settings.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(settings.Config.Labels).toMatchObject({
      'org.opencontainers.image.title': expect.stringContaining('mushroom-identifier'),
      'org.opencontainers.image.description': expect.any(String),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': 'tested',
    });
    expect((settings.HealthCheck ?? settings.Healthcheck)?.Test[0]).toBe('CMD');
  });

  itsImage('has nothing of where it was built: no secret, no settings of npm or git, no environment file', async () => {
    const { secret } = builtImages();
    expect(
      paths.filter(ofProject).filter((path) => /(^|\/)(\.npmrc|\.git|\.env[^/]*|.*\.pem|.*\.key)$/.test(path)),
    ).toEqual([]);
    expect(await holds(image()!.name, secret)).toBe(false);
  });

  itsImage('has no sources, no tests and no build tools', () => {
    // The maps of what is run make a stack trace one that can be read.
    expect(
      paths
        .filter(ofProject)
        .filter((path) => /\.(tsx?|spec\.[jt]s|map)$/.test(path) && !/\/dist\/[\w-]+\.js\.map$/.test(path)),
    ).toEqual([]);
  });
});

/** What lies where the images' own instructions put things. */
const ofOurs = (path: string) => /^(app|usr\/share\/nginx\/html|etc\/nginx\/page)\//.test(path);

/** The same without the packages, which bring what their authors put in: sources, a certificate of their tests. */
const ofProject = (path: string) => ofOurs(path) && !path.includes('node_modules/');

describeImages('the image of the service', () => {
  it('lies at most 350 MB above its base', () => {
    expect(builtImages().api.added).toBeLessThanOrEqual(350 * MEGABYTE);
  });

  it.each(['api', 'apiNative'] as const)('%s has no package that only development needs', async (which) => {
    const image = builtImages()[which];
    if (!image) return;
    const { packages } = JSON.parse(readFileSync(path.join(repository, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; optional?: boolean }>;
    };
    const installed = (await pathsIn(image.name)).flatMap(
      (file) => /^app\/(.*node_modules\/.*)\/package\.json$/.exec(file)?.[1] ?? [],
    );
    const locked = installed.filter((folder) => packages[folder]);
    expect(locked).toEqual(expect.arrayContaining(['node_modules/express', 'node_modules/sharp']));
    expect(locked.filter((folder) => packages[folder]!.dev)).toEqual([]);
  });

  it('has ONNX Runtime for its own platform alone, WebAssembly in reserve, and no native TensorFlow', async () => {
    const paths = await pathsIn(builtImages().api.name);
    const folder = 'app/node_modules/onnxruntime-node/bin/napi-v6';
    const platforms = paths.filter(
      (file) => file.startsWith(`${folder}/`) && file.endsWith('onnxruntime_binding.node'),
    );
    expect(platforms).toEqual([`${folder}/linux/${process.arch}/onnxruntime_binding.node`]);
    expect(paths).toContain('app/node_modules/@tensorflow/tfjs-backend-wasm/package.json');
    expect(paths.filter((file) => file.includes('tfjs-node/'))).toEqual([]);
  });
});
