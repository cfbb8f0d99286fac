import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { definitions } from '../manifests/kind-schemas.ts';
import { renderKustomization, type Manifest } from '../manifests/kustomize.ts';

/** The reason to skip what needs a cluster, in the name of the tests; undefined where KUBECONFIG names one. */
export const MISSING_CLUSTER = process.env.KUBECONFIG ? undefined : 'needs a cluster: set KUBECONFIG';

/**
 * Whether the cluster is there for these tests alone, so that they may teach it the kinds it lacks. Its nodes may be
 * simulated; on others the images have to be there.
 */
const DISPOSABLE = process.env.DISPOSABLE_CLUSTER === 'yes';

export interface Said {
  stdout: string;
  stderr: string;
}

/**
 * Runs kubectl, with objects on its standard input.
 * @throws Error with what it said, where it fails.
 */
export async function kubectl(args: string[], objects?: object[]): Promise<Said> {
  const running = promisify(execFile)('kubectl', args, { maxBuffer: 64 * 2 ** 20 });
  running.child.stdin!.end(objects?.map((object) => JSON.stringify(object)).join('\n'));
  return running.catch((error: Said & Error) => {
    throw new Error(`kubectl ${args.join(' ')}: ${error.stderr || error.message}`);
  });
}

/** What `kubectl get … --output=json` gives. */
export async function get<Kind = Manifest>(args: string[]): Promise<Kind> {
  const { stdout } = await kubectl(['get', ...args, '--output=json']);
  return JSON.parse(stdout) as Kind;
}

/** Applies on the server's side: a field that a kind does not have is an error. Whatever the server warns of is thrown. */
export async function apply(objects: Manifest[]): Promise<void> {
  const { stderr } = await kubectl(
    ['apply', '--server-side', '--validate=strict', '--field-manager=cluster-tests', '--filename=-'],
    objects,
  );
  if (stderr) throw new Error(`The cluster warns: ${stderr}`);
}

/** A name that no other run has. */
export const newNamespace = (purpose: string) => `test-${purpose}-${randomBytes(4).toString('hex')}`;

/** Does not wait for it to be gone. */
export const deleteNamespace = (name: string) =>
  kubectl(['delete', 'namespace', name, '--ignore-not-found', '--wait=false']);

/** An overlay, or the base, with components, in a namespace of the test's own. */
export const renderInto = (namespace: string, resource: string, components: readonly string[] = []) =>
  renderKustomization({
    resources: [resource],
    components: components.map((component) => `components/${component}`),
    namespace,
  });

/**
 * Divides manifests by whether the cluster knows their kinds. A cluster that is the tests' own is taught those it lacks;
 * of another, they are left alone, and named in `unknown`.
 */
export async function known(manifests: Manifest[]): Promise<{ known: Manifest[]; unknown: string[] }> {
  const kinds = await kindsOfCluster();
  const lacks = (manifest: Manifest) => !kinds.has(`${manifest.apiVersion} ${manifest.kind}`);
  if (DISPOSABLE && manifests.some(lacks)) {
    await teach();
    return { known: manifests, unknown: [] };
  }
  return {
    known: manifests.filter((manifest) => !lacks(manifest)),
    unknown: manifests.filter(lacks).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  };
}

async function kindsOfCluster(): Promise<Set<string>> {
  const { stdout } = await kubectl(['api-resources', '--no-headers']);
  // NAME SHORTNAMES? APIVERSION NAMESPACED KIND
  return new Set(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).slice(-3))
      .map(([version, , kind]) => `${version} ${kind}`),
  );
}

async function teach(): Promise<void> {
  // Some are published with a status, empty: it is for the cluster to write.
  const missing = (await definitions()).map(({ status, ...definition }) => definition as Manifest);
  await apply(missing);
  const names = missing.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  // `kubectl wait` fails, in place of waiting, on a definition so new that it has no conditions yet.
  await vi.waitFor(() => kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names]), {
    timeout: 100_000,
    interval: 500,
  });
}

/** Waits until every pod of the newest revision is available. */
export const rolledOut = (namespace: string, deployment: string) =>
  kubectl(['--namespace', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=100s']);
