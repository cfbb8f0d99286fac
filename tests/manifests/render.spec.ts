import { beforeAll, describe, expect, it } from 'vitest';
import { MISSING_GO } from './go-module.ts';
import { KindSchemas } from './kind-schemas.ts';
import {
  COMPONENTS,
  MISSING_KUBECTL,
  OVERLAYS,
  renderCombination,
  renderOverlay,
  type Component,
  type Manifest,
} from './kustomize.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

const missing = MISSING_KUBECTL ?? MISSING_GO;

/**
 * At most two components, and all but at most two: between them, any five components are on and off in every way, so
 * that a mistake escapes only if it takes six.
 */
const COMBINATIONS = Array.from({ length: 2 ** COMPONENTS.length }, (_, bits) =>
  COMPONENTS.filter((_component, bit) => bits & (1 << bit)),
).filter(({ length }) => length <= 2 || length >= COMPONENTS.length - 2);

/** How many kubectl run at a time. */
const AT_ONCE = 4;

describe.skipIf(missing)(`what is rendered (${missing ?? 'by kubectl'})`, () => {
  let schemas: KindSchemas;
  beforeAll(async () => {
    schemas = await KindSchemas.load();
  });

  /** Every objection, each once: one mistake is in many combinations. */
  const objectionsTo = (manifests: Manifest[]) => [
    ...new Set(manifests.flatMap((manifest) => schemas.objectionsTo(manifest))),
  ];

  it.each(OVERLAYS)(
    'overlay %s has no field that its kinds do not know, and none of the wrong type',
    async (overlay) => {
      const rendered = await renderOverlay(overlay);
      expect(rendered.length).toBeGreaterThan(8);
      expect(objectionsTo(rendered)).toEqual([]);
    },
  );

  it.each(COMPONENTS)('the base with the component %s alone says something else than the base', async (component) => {
    expect(await renderCombination([component])).not.toEqual(await renderCombination([]));
  });

  it(
    `${COMBINATIONS.length} combinations of components render, and fit the schemas`,
    { timeout: HANG_LIMIT_MS },
    async () => {
      const rendered = new Map<readonly Component[], Manifest[]>();
      const waiting = [...COMBINATIONS];
      const worker = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) rendered.set(next, await renderCombination(next));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));

      expect(rendered.size).toBe(COMBINATIONS.length);
      for (const [components, manifests] of rendered) {
        expect(objectionsTo(manifests), components.join(' + ')).toEqual([]);
        const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        expect(new Set(names).size, components.join(' + ')).toBe(names.length);
      }
    },
  );

  describe('the check itself', () => {
    const MISTAKES: [string, (manifest: Manifest) => void, string][] = [
      ['Deployment', ({ spec }) => (spec.template.spec.containers[0].livenesProbe = {}), 'livenesProbe'],
      ['Deployment', ({ spec }) => (spec.replicas = 'three'), 'must be integer'],
      ['Deployment', ({ metadata }) => Object.assign(metadata, { label: {} }), 'label'],
      ['HTTPRoute', ({ spec }) => (spec.hostname = 'mushroom.example.com'), 'hostname'],
      ['HTTPRoute', ({ metadata }) => Object.assign(metadata, { label: {} }), 'label'],
      ['HealthCheckPolicy', ({ spec }) => (spec.default.config.httpHealthCheck.path = '/'), 'path'],
      ['HealthCheckPolicy', ({ spec }) => (spec.default.config.type = 'UDP'), 'allowed values'],
      ['GCPBackendPolicy', ({ spec }) => delete spec.targetRef, 'targetRef'],
      ['PodMonitoring', ({ spec }) => (spec.endpoints[0].intervall = '1s'), 'intervall'],
      ['Rules', ({ spec }) => delete spec.groups[0].interval, 'interval'],
      ['InferenceService', ({ spec }) => (spec.predictor.model.protocol = 'v2'), 'protocol'],
    ];

    let everything: Manifest[];
    beforeAll(async () => {
      everything = await renderCombination(COMPONENTS);
    });

    it.each(MISTAKES)('finds a mistake in a %s (%#)', (kind, mistake, word) => {
      const manifest = structuredClone(everything.find((candidate) => candidate.kind === kind)!);
      expect(schemas.objectionsTo(manifest)).toEqual([]);
      mistake(manifest);
      expect(schemas.objectionsTo(manifest).join('\n')).toContain(word);
    });

    it('does not pass over a kind that it has no schema of', () => {
      const unknown = { apiVersion: 'example.com/v1', kind: 'Mushroom', metadata: { name: 'x' } };
      expect(schemas.objectionsTo(unknown)).toEqual(['There is no schema for example.com/v1 Mushroom.']);
    });
  });
});
