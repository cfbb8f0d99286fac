import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { repository } from '../service-process.ts';

export const observability = path.join(repository, 'observability');
export const rulesFolder = path.join(observability, 'rules');

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  annotations?: Record<string, string>;
}

export interface Panel {
  title: string;
  type: string;
  id: number;
  datasource?: { type: string; uid: string };
  targets?: { expr: string; datasource: { type: string; uid: string } }[];
  fieldConfig?: { overrides: { matcher: { options: string }; properties: { value: { fixedColor?: string } }[] }[] };
}

export const filesOfRules = readdirSync(rulesFolder).filter((file) => file.endsWith('.rules.yaml'));
export const filesOfRuleTests = readdirSync(rulesFolder).filter((file) => file.endsWith('.test.yaml'));

export function rules(): Rule[] {
  return filesOfRules.flatMap((file) => {
    const { groups } = parse(readFileSync(path.join(rulesFolder, file), 'utf8')) as { groups: { rules: Rule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  });
}

export function panels(): Panel[] {
  const file = path.join(observability, 'grafana/dashboards/mushroom-identifier.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { panels: Panel[] }).panels;
}

/** A panel's expression with a value where Grafana puts one in. */
export const asPrometheusReadsIt = (expr: string, interval = '5m') => expr.replaceAll('$__rate_interval', interval);

/** A metric as an expression names it, and the labels that it picks series by. */
export interface Selector {
  metric: string;
  labels: string[];
}

/**
 * The metrics that an expression reads.
 * @throws Error where it is not PromQL.
 */
export function selectorsOf(expr: string): Selector[] {
  const text = asPrometheusReadsIt(expr);
  const selectors: Selector[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`no PromQL from character ${from} on: ${text}`);
      const written = text.slice(from, to);
      if (name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      if (name === 'Identifier' && selectors.at(-1)?.metric === '') selectors.at(-1)!.metric = written;
      if (name === 'UnquotedLabelMatcher') selectors.at(-1)!.labels.push(/^\w+/.exec(written)![0]);
    },
  });
  return selectors;
}
