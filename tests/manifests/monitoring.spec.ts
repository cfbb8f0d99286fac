import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { manifests, MISSING_KUBECTL, renderCombination } from './kustomize.ts';

const observability = fileURLToPath(new URL('../../observability', import.meta.url));

interface RuleGroup {
  name: string;
  interval?: string;
  rules: { record?: string; alert?: string }[];
}

/** The groups of observability/rules, by the names of their files. */
async function ruleGroups(): Promise<RuleGroup[]> {
  const folder = path.join(observability, 'rules');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.rules.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return texts.flatMap((text) => (parse(text) as { groups: RuleGroup[] }).groups);
}

describe('the monitoring component', () => {
  // kustomize can't put one file into another, so the component has a copy. After a change of the rules:
  // npx vitest run tests/manifests/monitoring.spec.ts --update
  it('has the rules that docker-compose.yml has', async () => {
    const rules = {
      apiVersion: 'monitoring.googleapis.com/v1',
      kind: 'Rules',
      metadata: { name: 'mushroom-identifier' },
      spec: {
        // Managed Prometheus has no interval of its own for groups that give none.
        groups: (await ruleGroups()).map(({ name, interval = '30s', ...group }) => ({ name, interval, ...group })),
      },
    };
    const text = `# A copy of observability/rules, which a test compares.\n${stringify(rules, { lineWidth: 0 })}`;
    const file = path.join(manifests, 'components/monitoring/rules.yaml');
    const style = await resolveConfig(file);
    await expect(await format(text, { ...style, filepath: file })).toMatchFileSnapshot(file);
  });

  it.skipIf(MISSING_KUBECTL)('has the dashboards that docker-compose.yml has', async () => {
    const rendered = await renderCombination(['monitoring']);
    const dashboards = rendered.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.grafana_dashboard === '1',
    );
    const folder = path.join(observability, 'grafana/dashboards');
    const files = await readdir(folder);
    expect(files).not.toEqual([]);
    expect(Object.keys(dashboards!.data).sort()).toEqual(files.sort());
    for (const file of files) expect(dashboards!.data[file]).toBe(await readFile(path.join(folder, file), 'utf8'));
  });
});

describe.skipIf(MISSING_KUBECTL)('the hpa component', () => {
  it('asks for a metric that a rule records', async () => {
    const recorded = (await ruleGroups()).flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
    const autoscaler = (await renderCombination(['hpa'])).find(({ kind }) => kind === 'HorizontalPodAutoscaler')!;
    const external = autoscaler.spec.metrics.filter(({ type }: { type: string }) => type === 'External');
    expect(external).toHaveLength(1);
    const [, name] = external[0].external.metric.name.split('|') as string[];
    expect(recorded).toContain(name);
  });
});
