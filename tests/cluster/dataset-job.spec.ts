import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MISSING_KUBECTL, type Manifest } from '../manifests/kustomize.ts';
import { apply, deleteNamespace, get, kubectl, MISSING_CLUSTER, newNamespace, renderInto } from './cluster.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

vi.setConfig({ testTimeout: HANG_LIMIT_MS, hookTimeout: HANG_LIMIT_MS });

const missing = MISSING_CLUSTER ?? MISSING_KUBECTL;

describe.skipIf(missing)(`the data job, on a cluster (${missing ?? 'KUBECONFIG'})`, () => {
  const namespace = newNamespace('dataset');
  let job: Manifest;

  beforeAll(async () => {
    const manifests = await renderInto(namespace, 'base', ['dataset-job']);
    job = manifests.find(({ kind }) => kind === 'Job')!;
    const own = manifests.filter(({ metadata }) => metadata.name === job.metadata.name || metadata.name === namespace);
    await apply(own.filter(({ kind }) => kind === 'Namespace'));
    await apply(own);
  });
  afterAll(() => deleteNamespace(namespace));

  it('completes, each index once', async () => {
    await kubectl([
      ...['--namespace', namespace, 'wait', `job/${job.metadata.name}`],
      ...['--for=condition=Complete', '--timeout=100s'],
    ]);
    const { status } = await get(['--namespace', namespace, `job/${job.metadata.name}`]);
    expect(status).toMatchObject({
      succeeded: job.spec.completions,
      completedIndexes: `0-${job.spec.completions - 1}`,
    });
  });

  it('tells each pod its index', async () => {
    const { items } = await get<{ items: Manifest[] }>([
      ...['--namespace', namespace, 'pods', `--selector=job-name=${job.metadata.name}`],
    ]);
    const indices = items.map(({ metadata }) =>
      Number(metadata.annotations?.['batch.kubernetes.io/job-completion-index']),
    );
    expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: job.spec.completions }, (_, index) => index));
    for (const { spec } of items) {
      const names = spec.containers[0].env.map(({ name }: { name: string }) => name);
      expect(names).toContain('JOB_COMPLETION_INDEX');
    }
  });
});
