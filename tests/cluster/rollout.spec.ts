import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MISSING_KUBECTL, type Manifest } from '../manifests/kustomize.ts';
import {
  apply,
  deleteNamespace,
  get,
  kubectl,
  MISSING_CLUSTER,
  newNamespace,
  renderInto,
  rolledOut,
} from './cluster.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

vi.setConfig({ testTimeout: HANG_LIMIT_MS, hookTimeout: HANG_LIMIT_MS });

const missing = MISSING_CLUSTER ?? MISSING_KUBECTL;

const API_PODS = '--selector=app.kubernetes.io/name=api-service';

describe.skipIf(missing)(`the base, running on a cluster (${missing ?? 'KUBECONFIG'})`, () => {
  const namespace = newNamespace('rollout');
  const inNamespace = (...args: string[]) => kubectl(['--namespace', namespace, ...args]);

  beforeAll(async () => {
    const manifests = await renderInto(namespace, 'base');
    await apply(manifests.filter(({ kind }) => kind === 'Namespace'));
    await apply(manifests);
    await rolledOut(namespace, 'api-service');
    await rolledOut(namespace, 'frontend');
  });
  afterAll(() => deleteNamespace(namespace));

  const podsOf = async (selector: string) => {
    const { items } = await get<{ items: Manifest[] }>(['--namespace', namespace, 'pods', selector]);
    return items.filter(({ metadata }) => !('deletionTimestamp' in metadata));
  };
  const image = async () => {
    const { spec } = await get(['--namespace', namespace, 'deployment/api-service']);
    return spec.template.spec.containers[0].image as string;
  };
  const available = async () => {
    const { status } = await get(['--namespace', namespace, 'deployment/api-service']);
    return status.availableReplicas as number;
  };

  it('has a pod of each Deployment in each of three zones', async () => {
    const { items: nodes } = await get<{ items: Manifest[] }>(['nodes']);
    const zoneOf = new Map(
      nodes.map(({ metadata }) => [metadata.name, metadata.labels?.['topology.kubernetes.io/zone']]),
    );
    expect(new Set(zoneOf.values()).size, 'zones of the cluster').toBeGreaterThanOrEqual(3);
    for (const name of ['api-service', 'frontend']) {
      const pods = await podsOf(`--selector=app.kubernetes.io/name=${name}`);
      expect(pods).toHaveLength(3);
      expect(new Set(pods.map(({ spec }) => zoneOf.get(spec.nodeName))).size).toBe(3);
    }
  });

  it('rolls out a new image, and back', async () => {
    const before = await image();
    await inNamespace('set', 'image', 'deployment/api-service', 'api-service=api-service:next');
    await rolledOut(namespace, 'api-service');
    expect((await podsOf(API_PODS)).map(({ spec }) => spec.containers[0].image)).toEqual(
      Array.from({ length: 3 }, () => 'api-service:next'),
    );

    await inNamespace('rollout', 'undo', 'deployment/api-service');
    await rolledOut(namespace, 'api-service');
    expect(await image()).toBe(before);
    expect((await podsOf(API_PODS)).map(({ spec }) => spec.containers[0].image)).toEqual(
      Array.from({ length: 3 }, () => before),
    );
  });

  it('goes on with all its pods where a revision does not get ready, and rolls back', async () => {
    const nowhere = { spec: { template: { spec: { nodeSelector: { 'cluster-tests/node': 'none' } } } } };
    await inNamespace('patch', 'deployment/api-service', '--patch', JSON.stringify(nowhere));
    await expect(inNamespace('rollout', 'status', 'deployment/api-service', '--timeout=10s')).rejects.toThrow(
      'timed out',
    );
    expect(await available()).toBe(3);

    await inNamespace('rollout', 'undo', 'deployment/api-service');
    await rolledOut(namespace, 'api-service');
    expect(await available()).toBe(3);
  });

  it('lets one pod be evicted, and not a second before the first is replaced', async () => {
    await inNamespace(
      'wait',
      'poddisruptionbudget/api-service',
      '--for=jsonpath={.status.disruptionsAllowed}=1',
      '--timeout=100s',
    );
    // No replacement gets in while the quota is there.
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-replacement', namespace },
      spec: { hard: { pods: '1' } },
    };
    await kubectl(['create', '--filename=-'], [quota]);

    const [first, second] = (await podsOf(API_PODS)).map(({ metadata }) => metadata.name);
    const evict = (name: string) =>
      kubectl(
        ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '--filename=-'],
        [{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }],
      );
    await evict(first!);
    await expect(evict(second!)).rejects.toThrow("would violate the pod's disruption budget");

    await inNamespace('delete', 'resourcequota/no-replacement');
  });
});
