import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MISSING_KUBECTL, render, type Manifest } from '../manifests/kustomize.ts';
import { Cloud, hasAnsible } from './cloud.ts';

const MINUTES = 60_000;
const REVISION = 'a'.repeat(40);
const REGISTRY = 'us-central1-docker.pkg.dev/mushroom-test/mushroom';
const DIGESTS = { 'api-service': `sha256:${'1'.repeat(64)}`, frontend: `sha256:${'2'.repeat(64)}` };

describe.skipIf(!hasAnsible || MISSING_KUBECTL).each(['staging', 'production'])('a release to %s', (environment) => {
  let cloud: Cloud;
  let objects: Manifest[];

  beforeAll(async () => {
    cloud = Cloud.empty();
    const there = (settings: Record<string, unknown> = {}) => ({ settings, needs: [], policy: [] });
    cloud.change((state) => {
      state.enabled = ['artifactregistry.googleapis.com', 'container.googleapis.com'];
      state.resources['container clusters mushroom'] = there();
      for (const [image, digest] of Object.entries(DIGESTS)) {
        state.resources[`images ${REGISTRY}/${image}:${REVISION}`] = there({ digest });
      }
    });
    const run = await cloud.play('deploy', '-e', `@environments/${environment}.yml`);
    expect(run.code, run.output).toBe(0);
    // By the real kubectl, from the real overlay.
    objects = await render(path.join(cloud.scratch, 'release'));
  }, 10 * MINUTES);

  afterAll(() => cloud.remove());

  const containersOf = ({ spec }: Manifest) =>
    [...(spec.template.spec.initContainers ?? []), ...spec.template.spec.containers] as {
      name: string;
      image: string;
    }[];
  const deployments = () => objects.filter(({ kind }) => kind === 'Deployment');

  it('names every image by the digest that the registry has for the revision', () => {
    const images = new Set(
      deployments()
        .flatMap(containersOf)
        .map(({ image }) => image),
    );
    expect([...images].toSorted()).toEqual([
      `${REGISTRY}/api-service@${DIGESTS['api-service']}`,
      `${REGISTRY}/frontend@${DIGESTS.frontend}`,
    ]);
  });

  it('says on every pod which revision it is', () => {
    for (const { spec } of deployments())
      expect(spec.template.metadata.labels['app.kubernetes.io/version']).toBe(REVISION);
  });

  it('leaves the revision out of selectors, which can not be changed', () => {
    for (const { spec } of deployments())
      expect(spec.selector.matchLabels).not.toHaveProperty(['app.kubernetes.io/version']);
  });

  it('is marked as what roll-back and status look for', () => {
    for (const { metadata } of deployments()) {
      expect(metadata.labels?.['app.kubernetes.io/part-of']).toBe('mushroom-identifier');
      expect(metadata.namespace).toBe('mushroom-identifier');
    }
  });

  it('answers to the host name of the environment', () => {
    const route = objects.find(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === 'mushroom-identifier');
    expect(route?.spec.hostnames).toEqual(['mushroom.example.org']);
  });

  it('takes models from the bucket that set-up makes', () => {
    const settings = objects.filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('api-service'),
    );
    expect(settings.map(({ data }) => data.MODEL_BUCKET)).toEqual(['gs://mushroom-test-mushroom-models']);
  });

  it('asks for the address, the certificate map and the policy that set-up makes', () => {
    const gateway = objects.find(({ kind }) => kind === 'Gateway')!;
    expect(gateway.spec.addresses).toEqual([{ type: 'NamedAddress', value: 'mushroom-identifier' }]);
    expect(gateway.metadata.annotations?.['networking.gke.io/certmap']).toBe('mushroom-identifier');
    for (const { spec } of objects.filter(({ kind }) => kind === 'GCPBackendPolicy')) {
      expect(spec.default.securityPolicy).toBe('mushroom-identifier');
    }
  });
});
