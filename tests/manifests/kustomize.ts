import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

if (!hasKubectl && process.env.CI) throw new Error('The manifests are rendered by kubectl, which is not installed.');

/** The reason to skip what needs kubectl, in the name of the tests; undefined where nothing is missing. */
export const MISSING_KUBECTL = hasKubectl ? undefined : 'needs kubectl';

export const manifests = fileURLToPath(new URL('../../k8s', import.meta.url));

export const OVERLAYS = ['local', 'staging', 'production'] as const;

/** Every component, in the order in which they are to be listed: docs/kubernetes.md says why it matters. */
export const COMPONENTS = [
  'gateway',
  'canary',
  'hpa',
  'network-policies',
  'monitoring',
  'model-from-bucket',
  'kserve',
  'dataset-job',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** An object of Kubernetes. What it holds beside its name is what the kind's schema says: tests look into it as they need. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

/**
 * What `kubectl kustomize` makes of a folder.
 * @throws Error with what kubectl says, where it does not render.
 */
export async function render(folder: string): Promise<Manifest[]> {
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', folder], { maxBuffer: 64 * 2 ** 20 });
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export const renderOverlay = (overlay: (typeof OVERLAYS)[number]) => render(path.join(manifests, 'overlays', overlay));

interface Kustomization {
  resources: string[];
  components?: string[];
  /** That everything is put into, in place of its own. */
  namespace?: string;
}

/** What a kustomization renders to that is written for the occasion; its paths are relative to the folder k8s. */
export async function renderKustomization(kustomization: Kustomization): Promise<Manifest[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kustomization-'));
  try {
    const fromFolder = (inManifests: string) => path.relative(folder, path.join(manifests, inManifests));
    const { resources, components = [] } = kustomization;
    await writeFile(
      path.join(folder, 'kustomization.yaml'),
      stringify({
        ...kustomization,
        resources: resources.map(fromFolder),
        components: components.map(fromFolder),
      }),
    );
    return await render(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The base with some components, in one namespace, as an overlay puts them. */
export const renderCombination = (components: readonly Component[]) =>
  renderKustomization({
    resources: ['base'],
    components: components.map((component) => `components/${component}`),
    namespace: 'mushroom-identifier',
  });
