import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MISSING_GO } from '../manifests/go-module.ts';
import { COMPONENTS, MISSING_KUBECTL, OVERLAYS, type Manifest } from '../manifests/kustomize.ts';
import {
  apply,
  deleteNamespace,
  get,
  known,
  kubectl,
  MISSING_CLUSTER,
  newNamespace,
  renderInto,
  rolledOut,
} from './cluster.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

// A control plane does everything in its own time.
vi.setConfig({ testTimeout: HANG_LIMIT_MS, hookTimeout: HANG_LIMIT_MS });

const missing = MISSING_CLUSTER ?? MISSING_KUBECTL ?? MISSING_GO;

const SETS: [string, string, readonly string[]][] = [
  ...OVERLAYS.map((overlay): (typeof SETS)[number] => [`overlay ${overlay}`, `overlays/${overlay}`, []]),
  ['the base with every component', 'base', COMPONENTS],
];

/** What a manifest asked for, as the server has it: without what its controllers write. */
function withoutStatus({ metadata, status, ...rest }: Manifest): object {
  const { managedFields, resourceVersion, ...own } = metadata as Manifest['metadata'] & Record<string, unknown>;
  return { ...rest, metadata: own };
}

describe.skipIf(missing).each(SETS)(`%s, on a cluster (${missing ?? 'KUBECONFIG'})`, (name, resource, components) => {
  const namespace = newNamespace('apply');
  let manifests: Manifest[];

  beforeAll(async () => {
    const divided = await known(await renderInto(namespace, resource, components));
    if (divided.unknown.length > 0)
      console.warn(`${name}: this cluster does not know, and is not sent: ${divided.unknown.join(', ')}`);
    manifests = divided.known;
  });
  afterAll(() => deleteNamespace(namespace));

  const asServed = async () => {
    const args = manifests.map(({ apiVersion, kind, metadata }) => {
      const [version, group] = apiVersion.split('/').reverse();
      return `${kind}.${version}.${group ?? ''}/${metadata.name}`;
    });
    // Namespaces are of no namespace: they are asked for apart.
    const inNamespace = args.filter((arg) => !arg.startsWith('Namespace.'));
    const { items } = await get<{ items: Manifest[] }>(['--namespace', namespace, ...inNamespace]);
    return [...items, await get(['namespace', namespace])];
  };

  it('is accepted under strict validation and the restricted standard, without a warning', async () => {
    // A namespace has to be there before what goes into it.
    await apply(manifests.filter(({ kind }) => kind === 'Namespace'));
    await apply(manifests);
  });

  it('gets every Deployment ready', async () => {
    const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
    for (const { metadata } of deployments) await rolledOut(namespace, metadata.name);
    expect(deployments.length).toBeGreaterThanOrEqual(2);
  });

  it('applied again, changes nothing', async () => {
    const before = await asServed();
    expect(before).toHaveLength(manifests.length);
    await apply(manifests);
    expect((await asServed()).map(withoutStatus)).toEqual(before.map(withoutStatus));
  });

  it('lets no pod in that does not hold to the restricted standard', async () => {
    const careless = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'careless', namespace },
      spec: { containers: [{ name: 'careless', image: 'none' }] },
    };
    await expect(kubectl(['create', '--filename=-'], [careless])).rejects.toThrow('violates PodSecurity "restricted');
  });
});
