import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { repository } from '../service-process.ts';
import { observability, panels, rules, selectorsOf } from './assets.ts';

it('a metric is found in an expression wherever it is, and what is no PromQL is told', () => {
  expect(selectorsOf('sum by (le) (rate(a_bucket{x="1", y=~"b|c"}[$__rate_interval])) > 2 * up offset 1w')).toEqual([
    { metric: 'a_bucket', labels: ['x', 'y'] },
    { metric: 'up', labels: [] },
  ]);
  expect(() => selectorsOf('sum(rate(a[5m])')).toThrow('no PromQL');
});

it('every alert says what is the matter, and has a paragraph that says what to do', () => {
  const alerts = rules().filter(({ alert }) => alert);
  expect(alerts.length).toBeGreaterThan(5);
  for (const { alert, annotations } of alerts) {
    expect(annotations, alert).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    const [file, anchor] = annotations!.runbook!.split('#') as [string, string];
    const headings = readFileSync(path.join(repository, file), 'utf8').match(/^#+ .*$/gm)!;
    expect(
      headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase()),
      alert,
    ).toContain(anchor);
  }
});

it('every panel asks the data source that Grafana is given', () => {
  const file = path.join(observability, 'grafana/provisioning/datasources/prometheus.yaml');
  const { datasources } = parse(readFileSync(file, 'utf8')) as { datasources: { uid: string; type: string }[] };
  const [{ uid, type }] = datasources as [{ uid: string; type: string }];
  const all = panels();
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { title, datasource, targets } of all.filter((panel) => panel.type !== 'row')) {
    expect(targets?.length, title).toBeGreaterThan(0);
    for (const asked of [{ datasource }, ...targets!]) expect(asked.datasource, title).toEqual({ type, uid });
  }
});

it('no verdict is green, and each has its colour', () => {
  const { overrides } = panels().find(({ title }) => title === 'Verdicts')!.fieldConfig!;
  const colours = new Map(
    overrides.map(({ matcher, properties }) => [matcher.options, properties[0]!.value.fixedColor]),
  );
  expect([...colours.values()].join(' ')).not.toMatch(/green/);
  expect([...colours.keys()].sort()).toEqual([...VERDICTS].sort());
});
