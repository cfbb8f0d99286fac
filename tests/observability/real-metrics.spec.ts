import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { HANG_LIMIT_MS } from '../hang-limit.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { freePort, startService, type ServiceProcess } from '../service-process.ts';
import { asPrometheusReadsIt, filesOfRules, observability, panels, rules, rulesFolder, selectorsOf } from './assets.ts';

let service: ServiceProcess;
beforeAll(async () => {
  service = await startService({ INFERENCE_BACKEND: 'wasm', INFERENCE_WORKERS: '1' });
  for (const photo of [await readFile(FLY_AGARIC), await readFile(FLY_AGARIC), Buffer.from('no photo')]) {
    const form = new FormData();
    form.append('image', new Blob([photo], { type: 'image/jpeg' }), 'photo.jpg');
    await fetch(`${service.url}/api/v1/identifications`, { method: 'POST', body: form });
  }
});
afterAll(() => service?.stop());

const expressions = () => [
  ...rules().map(({ record, alert, expr }) => ({ where: record ?? alert!, expr })),
  ...panels().flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

it('every metric and label that a rule or a panel names is one that the service exports, or a rule records', async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const declared = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
  );
  const known = new Set([...declared, ...rules().flatMap(({ record = [] }) => record)]);
  const labels = new Map<string, Set<string>>();
  for (const [, name, pairs] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const named = [...pairs!.matchAll(/(\w+)="/g)].map(([, label]) => label!);
    labels.set(name!, new Set([...(labels.get(name!) ?? []), ...named]));
  }
  const selectors = expressions().flatMap(({ where, expr }) => selectorsOf(expr).map((one) => ({ where, ...one })));
  expect(selectors.length).toBeGreaterThan(40);
  expect(selectors.filter(({ metric }) => !known.has(metric))).toEqual([]);
  const unknownLabels = selectors.filter(({ metric, labels: picked }) => {
    const exported = labels.get(metric);
    return exported && picked.some((label) => !exported.has(label));
  });
  expect(unknownLabels).toEqual([]);
});

it('every rule that is recorded is read by another one or by a panel', () => {
  const read = new Set(expressions().flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)));
  expect(rules().filter(({ record }) => record && !read.has(record))).toEqual([]);
});

const prometheusMissing = spawnSync('prometheus', ['--version']).status !== 0;

it('Prometheus is here; elsewhere the tests that run it are skipped', (test) => {
  if (prometheusMissing && !process.env.CI) test.skip('prometheus is not installed');
  expect(prometheusMissing).toBe(false);
});

/** Panels of what has not happened to a service that has just begun and is well. */
const MAY_BE_EMPTY = [
  'Not answered, by reason',
  'Workers replaced in an hour',
  'Unknown answers of a day',
  'Distance of the scores from those of a week before',
];

describe.skipIf(prometheusMissing)('a real Prometheus that scrapes the service', () => {
  let folder: string;
  let prometheus: ChildProcess;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'prometheus-'));
    // The real settings, but with a service that no name service knows, and quicker: nobody waits for minutes.
    const settings = parse(readFileSync(path.join(observability, 'prometheus.yml'), 'utf8')) as {
      scrape_configs: Record<string, unknown>[];
    };
    const scrape = settings.scrape_configs.map(({ dns_sd_configs: _dns, ...rest }) => ({
      ...rest,
      static_configs: [{ targets: [new URL(service.url).host] }],
    }));
    const quick = { scrape_interval: '1s', evaluation_interval: '1s' };
    writeFileSync(
      path.join(folder, 'prometheus.yml'),
      stringify({ ...settings, global: quick, scrape_configs: scrape }),
    );
    mkdirSync(path.join(folder, 'rules'));
    for (const file of filesOfRules) {
      const text = readFileSync(path.join(rulesFolder, file), 'utf8');
      writeFileSync(path.join(folder, 'rules', file), text.replaceAll(/^( +interval:) .*$/gm, '$1 1s'));
    }
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const ready = async () => prometheus!.exitCode ?? (await fetch(`${url}/-/ready`).catch(() => null))?.status;
    await vi.waitFor(async () => expect(await ready(), 'exit code or status').toBe(200), HANG_LIMIT_MS);
  });
  afterAll(async () => {
    if (prometheus?.exitCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function query(expr: string): Promise<unknown[]> {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(asPrometheusReadsIt(expr))}`);
    const { status, data, error } = await answer.json();
    expect(status, `${expr}: ${error}`).toBe('success');
    return data.result;
  }

  it('has something to show in every panel, but for what has not happened', async () => {
    const shown = panels().filter(({ type, title }) => type !== 'row' && !MAY_BE_EMPTY.includes(title));
    // A rate takes two readings, and a recorded rule a third.
    for (const { title, targets } of shown) {
      for (const { expr } of targets!) {
        const shownNow = expect.poll(() => query(expr), {
          timeout: 30_000,
          interval: 500,
          message: `${title}: ${expr}`,
        });
        await shownNow.not.toEqual([]);
      }
    }
    for (const { targets } of panels().filter(({ title }) => MAY_BE_EMPTY.includes(title))) {
      for (const { expr } of targets!) await query(expr);
    }
  });

  it('evaluates every rule without an error, and has no alert to give', async () => {
    const { data } = await (await fetch(`${url}/api/v1/rules`)).json();
    const evaluated = data.groups.flatMap((group: { rules: unknown[] }) => group.rules);
    expect(evaluated).toHaveLength(rules().length);
    for (const { name, health, lastError } of evaluated)
      expect([name, health, lastError]).toEqual([name, 'ok', undefined]);
    expect((await (await fetch(`${url}/api/v1/alerts`)).json()).data.alerts).toEqual([]);
  });
});
