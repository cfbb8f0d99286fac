import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ansibleTool, hasAnsible } from '../ansible/cloud.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.github/workflows');
const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(path.join(folder, file), 'utf8');

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  environment?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps?: Step[];
}
interface Workflow {
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}
const workflows = files.map((file) => [file, parse(textOf(file)) as Workflow] as const);

/** Go's checker of workflows: where `go` is there, .ci/run installs it into .cache/go-tools. */
const actionlint = [path.join(root, '.cache/go-tools/actionlint'), '/usr/local/bin/actionlint'].find((file) =>
  existsSync(file),
);
const hasGo = spawnSync('go', ['version']).status === 0;

describe('a workflow', () => {
  it.runIf(actionlint)('has nothing that actionlint objects to', () => {
    const { status, stdout, stderr } = spawnSync(actionlint!, ['-no-color'], { cwd: root, encoding: 'utf8' });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });

  it.runIf(process.env.CI && hasGo)('is looked at by actionlint where CI runs', () => {
    expect(actionlint, 'go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12').toBeDefined();
  });

  it.each(files)('%s pins every action by commit, and says which version that is', (file) => {
    for (const [line, reference] of textOf(file).matchAll(/^.*\buses: (\S+).*$/gm)) {
      if (reference!.startsWith('./')) continue;
      expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('uses one version of an action everywhere', () => {
    const versions = new Map<string, Set<string>>();
    for (const file of files) {
      for (const [, action, version] of textOf(file).matchAll(/uses: ([\w./-]+)@(\S+)/g)) {
        versions.set(action!, (versions.get(action!) ?? new Set()).add(version!));
      }
    }
    for (const [action, used] of versions) expect([...used], action).toHaveLength(1);
  });

  it.each(workflows)('%s starts with no permission but to read the code', (_, workflow) => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it.each(workflows)('%s ends a job that hangs, and says what happens when it is started twice', (_, workflow) => {
    expect(workflow.concurrency?.group).toBeDefined();
    for (const [name, job] of Object.entries(workflow.jobs)) {
      if (!job.uses) expect(job['timeout-minutes'], name).toBeGreaterThan(0);
    }
  });

  it.each(workflows)('%s gives a token that others can use to no checkout', (_, workflow) => {
    for (const step of Object.values(workflow.jobs).flatMap(({ steps }) => steps ?? [])) {
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
    }
  });

  it.each(files)('%s keeps no secret: who deploys is known by where the job runs', (file) => {
    expect(textOf(file)).not.toMatch(/secrets\.|credentials_json|service_account_key/);
  });

  it.each(files)('%s puts nothing that others write into a script', (file) => {
    for (const { run = '' } of Object.values((parse(textOf(file)) as Workflow).jobs).flatMap(
      ({ steps }) => steps ?? [],
    )) {
      expect(run).not.toContain('${{');
    }
  });

  it('runs no script of npm that there is not', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object };
    const called = files.flatMap((file) =>
      [...textOf(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name!),
    );
    expect(called).not.toEqual([]);
    for (const name of called) expect(Object.keys(scripts)).toContain(name);
  });

  it('deploys to environments that there are playbooks for', () => {
    const environments = readdirSync(path.join(root, 'ansible/environments')).map((file) => path.parse(file).name);
    const { on } = parse(textOf('deploy.yml')) as {
      on: { workflow_dispatch: { inputs: { environment: { options: string[] } } } };
    };
    expect(on.workflow_dispatch.inputs.environment.options.toSorted()).toEqual(environments.toSorted());
  });

  it('acts as the account, in the pool, that set-up makes', () => {
    const text = textOf('deploy.yml');
    expect(text).toContain('/workloadIdentityPools/github/providers/github');
    expect(readFileSync(path.join(root, 'ansible/roles/github_federation/defaults/main.yml'), 'utf8')).toContain(
      'github_federation_pool: github',
    );
    const names = readFileSync(path.join(root, 'ansible/group_vars/all.yml'), 'utf8');
    expect(text).toContain('mushroom-deployer@');
    expect(names).toContain('mushroom-deployer@');
  });
});

describe.skipIf(!hasAnsible)('the schemas of GitHub', () => {
  it.each([
    ['vendor.github-workflows', files.map((file) => path.join('.github/workflows', file))],
    ['vendor.dependabot', ['.github/dependabot.yml']],
  ])('%s accepts what is there', (schema, paths) => {
    execFileSync(ansibleTool('check-jsonschema'), ['--builtin-schema', schema, ...paths], { cwd: root });
  });
});

describe('the dev container', () => {
  it('has the Node that .nvmrc names, and what the tests need', () => {
    const container = JSON.parse(readFileSync(path.join(root, '.devcontainer/devcontainer.json'), 'utf8')) as {
      image: string;
      onCreateCommand: string;
    };
    expect(container.image).toContain(
      `:${readFileSync(path.join(root, '.nvmrc'), 'utf8').trim().replace('v', '').split('.')[0]}-`,
    );
    for (const program of ['chromium', 'shellcheck', 'python3-venv'])
      expect(container.onCreateCommand).toContain(program);
  });
});
