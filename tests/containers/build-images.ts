// Builds the images once, before the first test that needs them, and tells their sizes.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { repository } from '../service-process.ts';

export interface BuiltImages {
  api: Image;
  frontend: Image;
  datasetJob: Image;
  /** Not where native TensorFlow.js is not installed beside these tests. */
  apiNative: Image | undefined;
  /** Lay in the .npmrc that the builds were given; must be in no image. */
  secret: string;
}

export interface Image {
  name: string;
  /** Bytes on disk of what lies above the base image. */
  added: number;
  /** Bytes to download of the whole image, and of what lies above the base image. */
  compressed: number;
  compressedAdded: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    images: BuiltImages | undefined;
    /** Why there are no images, in a sentence. */
    withoutImages: string | undefined;
  }
}

/** Base images as the Dockerfiles take them; both must be on this machine, for nothing is downloaded here. */
const NODE_IMAGE = process.env.NODE_IMAGE ?? 'docker.io/library/node:22-bookworm-slim';
const NGINX_IMAGE = process.env.NGINX_IMAGE ?? 'docker.io/nginxinc/nginx-unprivileged:stable';

export default function setup({ provide }: TestProject): void {
  const missing = missingForImages();
  provide('withoutImages', missing);
  provide('images', missing ? undefined : buildImages());
}

/** Why the images can't be built here, in a sentence; undefined where they can. */
export function missingForImages(): string | undefined {
  for (const program of ['buildah', 'podman']) {
    if (spawnSync(program, ['--version']).status !== 0) return `${program} is not installed`;
  }
  for (const [key, image] of Object.entries({ NODE_IMAGE, NGINX_IMAGE })) {
    const found = spawnSync('podman', ['image', 'exists', image]).status === 0;
    if (!found) return `the base image ${image} is not on this machine: pull it, or name another in ${key}`;
  }
  return undefined;
}

/** Builds all images, and prints their sizes. Takes minutes. */
export function buildImages(): BuiltImages {
  const secret = `secret-${randomUUID()}`;
  const work = mkdtempSync(path.join(os.tmpdir(), 'images-'));
  const npmrc = path.join(work, 'npmrc');
  writeFileSync(npmrc, `${npmrcOfUser()}\n//registry.invalid/:_authToken=${secret}\n`);
  try {
    const build = (name: string, folder: string, ...options: string[]) => {
      const started = performance.now();
      // Docker's format, for OCI's has no health checks. `chroot` builds where no container can be started.
      const flags = ['--format', 'docker', '--isolation', 'chroot', '--pull-never', '--layers'];
      const args = [`NODE_IMAGE=${NODE_IMAGE}`, `NGINX_IMAGE=${NGINX_IMAGE}`, 'REVISION=tested'];
      execFileSync(
        'buildah',
        ['bud', ...flags, ...args.flatMap((arg) => ['--build-arg', arg]), '--secret', `id=npmrc,src=${npmrc}`].concat(
          options,
          ['-t', name, '-f', path.join(repository, folder, 'Dockerfile'), repository],
        ),
        { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 64 * 1024 * 1024 },
      );
      const image = measured(name, folder === 'frontend' ? NGINX_IMAGE : NODE_IMAGE, work);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(
        `${name}: built in ${seconds} s; ${megabytes(image.added)} above its base; to download ` +
          `${megabytes(image.compressed)}, ${megabytes(image.compressedAdded)} of it above the base`,
      );
      return image;
    };
    const api = build('localhost/mushroom-identifier/api-service:tested', 'api-service');
    const frontend = build('localhost/mushroom-identifier/frontend:tested', 'frontend');
    const datasetJob = build('localhost/mushroom-identifier/dataset-job:tested', 'models/training');
    const tfjsNode = nativeTensorFlow(work);
    const native = () => ['--target', 'native', '--build-context', `tfjs-node=${tfjsNode}`];
    const apiNative = tfjsNode
      ? build('localhost/mushroom-identifier/api-service:tested-native', 'api-service', ...native())
      : undefined;
    return { api, frontend, datasetJob, apiNative, secret };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

/** How this machine reaches its registry may be in there: the builds get it as a secret. */
function npmrcOfUser(): string {
  const file = path.join(os.homedir(), '.npmrc');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * The installed package of native TensorFlow.js with its library, as the Dockerfile's build context `tfjs-node`.
 * @returns undefined where it is not installed with a library.
 */
function nativeTensorFlow(work: string): string | undefined {
  const installed = path.join(repository, 'node_modules/@tensorflow/tfjs-node');
  const libraries = path.join(installed, 'deps/lib');
  if (!existsSync(libraries)) return undefined;
  const context = path.join(work, 'tfjs-node');
  for (const folder of ['package.json', 'dist', 'lib']) {
    cpSync(path.join(installed, folder), path.join(context, folder), { recursive: true });
  }
  // Each library has several names; the one that the addon asks for is that of the file itself.
  for (const file of new Set(readdirSync(libraries).map((name) => realpathSync(path.join(libraries, name))))) {
    cpSync(file, path.join(context, 'deps/lib', path.basename(file)));
  }
  return context;
}

function measured(name: string, base: string, work: string): Image {
  const compressed = compressedLayers(name, work);
  const ofBase = compressedLayers(base, work);
  return {
    name,
    added: sizeOf(name) - sizeOf(base),
    compressed,
    compressedAdded: compressed - ofBase,
  };
}

function sizeOf(name: string): number {
  return Number(execFileSync('podman', ['image', 'inspect', '--format', '{{.Size}}', name], { encoding: 'utf8' }));
}

/** Bytes of an image's layers as a registry keeps them. */
function compressedLayers(name: string, work: string): number {
  const folder = mkdtempSync(path.join(work, 'layers-'));
  execFileSync('buildah', ['push', '--quiet', name, `dir:${folder}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { layers } = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
    layers: { size: number }[];
  };
  rmSync(folder, { recursive: true });
  return layers.reduce((sum, { size }) => sum + size, 0);
}
