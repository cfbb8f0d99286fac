import type { ServiceProcess } from '../service-process.ts';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What `/metrics` says. Format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export async function metricsOf({ url }: ServiceProcess): Promise<Sample[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!match) return [];
    const [, name, labels = '', value] = match;
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]);
    return [{ name: name!, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

/** Sum of a metric's samples; NaN where there is no such metric, so that no bound on it holds. */
export function total(samples: readonly Sample[], name: string): number {
  const found = samples.filter((sample) => sample.name === name);
  return found.length === 0 ? NaN : found.reduce((sum, { value }) => sum + value, 0);
}

/** What the stages of an identification took on average between two readings, in milliseconds, by stage. */
export function stageMs(before: readonly Sample[], after: readonly Sample[]): Record<string, number> {
  const grown = (stage: string, part: 'sum' | 'count') => {
    const of = (samples: readonly Sample[]) =>
      total(
        samples.filter(({ labels }) => labels.stage === stage),
        `mushroom_stage_seconds_${part}`,
      );
    return of(after) - of(before);
  };
  const stages = new Set(
    after.flatMap(({ name, labels }) => (name.startsWith('mushroom_stage_') ? labels.stage! : [])),
  );
  return Object.fromEntries(
    [...stages].map((stage) => [stage, Math.round((grown(stage, 'sum') / grown(stage, 'count')) * 1e4) / 10]),
  );
}
