import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Cloud, hasAnsible } from '../ansible/cloud.ts';
import { FLY_AGARIC } from '../licensed-photo.ts';
import { startService, type ServiceProcess } from '../service-process.ts';
import { anchorsOf, fencedBlocksOf, readDocument, repository } from './markdown.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

const runbook = readDocument('docs/runbook.md');
const blocks = fencedBlocksOf(runbook);

describe('a command of the runbook', () => {
  it('is run by this test, or marked as needing a real project', () => {
    for (const { info, line } of blocks) expect(['sh test', 'sh needs-project'], `line ${line}`).toContain(info);
    expect(blocks.filter(({ info }) => info === 'sh test').length).toBeGreaterThan(5);
  });
});

describe.skipIf(!hasAnsible)('the runbook, read from top to bottom', () => {
  let service: ServiceProcess;
  let cloud: Cloud;
  let models: string;

  beforeAll(async () => {
    service = await startService();
    cloud = Cloud.empty();
    expect((await cloud.play('set-up')).code).toBe(0);
    expect((await cloud.play('build')).code).toBe(0);
    expect((await cloud.play('deploy')).code).toBe(0);
    // The revision that is checked out from now on is the bad one.
    cloud.change((state) => {
      state.head = 'b'.repeat(40);
    });
    models = bucketWithAnotherVersion();
  }, 4 * HANG_LIMIT_MS);

  afterAll(async () => {
    // What the set-up did not reach is not there.
    cloud?.remove();
    if (models) rmSync(models, { recursive: true, force: true });
    await service?.stop();
  });

  /** A folder in place of the bucket, where the version before the newest is stable. */
  function bucketWithAnotherVersion(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'models-'));
    const model = path.join(folder, 'mushroom-classifier');
    cpSync(path.join(repository, 'models/registry/mushroom-classifier/3'), path.join(model, '3'), { recursive: true });
    writeFileSync(path.join(model, 'labels.json'), JSON.stringify({ stable: '3' }));
    return folder;
  }

  it.each(blocks.filter(({ info }) => info === 'sh test').map(({ line, content }) => [line, content] as const))(
    'works at line %i',
    { timeout: 2 * HANG_LIMIT_MS },
    async (_, content) => {
      const environment = {
        ...cloud.environment,
        ENVIRONMENT: 'staging',
        PROJECT: 'mushroom-test',
        SERVICE: service.url,
        MODELS: models,
        PHOTO: FLY_AGARIC,
        BAD_REVISION: 'b'.repeat(40),
        GOOD_REVISION: 'a'.repeat(40),
      };
      const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
        execFile(
          'bash',
          ['-euo', 'pipefail', '-c', content],
          {
            cwd: repository,
            env: environment as NodeJS.ProcessEnv,
            maxBuffer: 1 << 26,
            timeout: HANG_LIMIT_MS,
            killSignal: 'SIGKILL',
          },
          (error, stdout, stderr) => resolve({ code: error ? 1 : 0, output: stdout + stderr }),
        );
      });
      expect(code, output).toBe(0);
    },
  );
});

interface Rule {
  alert?: string;
  annotations?: { runbook?: string };
}

const rules = path.join(repository, 'observability/rules');
const alerts = readdirSync(rules)
  .filter((file) => file.endsWith('.rules.yaml'))
  .flatMap((file) => (parse(readFileSync(path.join(rules, file), 'utf8')) as { groups: { rules: Rule[] }[] }).groups)
  .flatMap((group) => group.rules)
  .filter((rule) => rule.alert !== undefined);

describe('an alert', () => {
  const headings = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

  it.each([...new Set(alerts.map(({ alert }) => alert!))])(
    '%s has a paragraph in the runbook on what to do',
    (alert) => {
      expect(headings).toContain(alert);
    },
  );

  it('of the runbook is one that there is', () => {
    const alertHeadings = [
      ...runbook
        .split('## Alerts')[1]!
        .split(/^## /m)[0]!
        .matchAll(/^### (\w+)$/gm),
    ].map(([, name]) => name);
    expect(alertHeadings.length).toBeGreaterThan(5);
    for (const heading of alertHeadings) expect(alerts.map(({ alert }) => alert)).toContain(heading);
  });

  it.each(alerts.map(({ alert, annotations }) => [alert, annotations?.runbook] as const))(
    '%s links to %s, which is there',
    (_, link) => {
      const [file, anchor] = (link ?? '').split('#');
      expect(anchorsOf(readDocument(file!))).toContain(anchor);
    },
  );
});
