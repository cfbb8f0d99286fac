import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tableRowsOf } from '../documents/markdown.ts';
import { ansibleTool, hasAnsible } from './cloud.ts';

const MINUTES = 60_000;
const root = path.resolve(import.meta.dirname, '../..');
const ansible = path.join(root, 'ansible');
const playbooks = readdirSync(ansible).filter((file) => file.endsWith('.yml') && file !== 'inventory.yml');
const readme = readFileSync(path.join(ansible, 'README.md'), 'utf8');

function run(program: string, args: string[], cwd = ansible) {
  const { status, stdout, stderr } = spawnSync(ansibleTool(program), args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${path.dirname(ansibleTool(program))}${path.delimiter}${process.env.PATH}`,
      NO_COLOR: '1',
    },
  });
  return { status, output: stdout + stderr };
}

describe.skipIf(!hasAnsible)('the playbooks', () => {
  it('are what ansible-lint asks of production', { timeout: 15 * MINUTES }, () => {
    const { status, output } = run('ansible-lint', ['--profile=production', '--offline', '--strict']);
    expect(status, output).toBe(0);
  });

  it.each(playbooks)('%s is one that Ansible understands', { timeout: 5 * MINUTES }, (playbook) => {
    const { status, output } = run('ansible-playbook', ['--syntax-check', playbook]);
    expect(status, output).toBe(0);
  });

  it('are YAML that yamllint finds clean', { timeout: 5 * MINUTES }, () => {
    const { status, output } = run('yamllint', ['--strict', 'ansible', '.github'], root);
    expect(status, output).toBe(0);
  });
});

describe('a variable of the playbooks', () => {
  const defaults = readdirSync(path.join(ansible, 'roles')).map((role) => `roles/${role}/defaults/main.yml`);
  const files = ['group_vars/all.yml', ...defaults.filter((file) => existsSync(path.join(ansible, file)))];
  const variables = files.flatMap((file) => {
    const text = readFileSync(path.join(ansible, file), 'utf8');
    return Object.entries(parse(text) as Record<string, unknown>).map(([name, value]) => ({ file, text, name, value }));
  });
  const documented = new Map(
    tableRowsOf(readme.split('## Variables')[1]!).map(([name, value, what]) => [name, { value, what }]),
  );

  it.each(variables.map((variable) => [variable.name, variable] as const))(
    '%s is in the README with its default',
    (name, { text, value }) => {
      const row = documented.get(`\`${name}\``);
      expect(row?.what).toMatch(/\w/);
      const plain =
        typeof value === 'object' || /\{\{|\|/.test(String(value))
          ? 'in the file'
          : value === ''
            ? 'none'
            : `\`${String(value)}\``;
      expect(row?.value).toBe(plain);
      // A block of variables has a comment above its first.
      const block = text.split('\n\n').find((part) => new RegExp(`^${name}:`, 'm').test(part));
      expect(block).toMatch(/^# /m);
    },
  );

  it('is no more than there are', () => {
    expect([...documented.keys()].toSorted()).toEqual(variables.map(({ name }) => `\`${name}\``).toSorted());
  });

  it('is one of those that an environment sets', () => {
    for (const file of readdirSync(path.join(ansible, 'environments'))) {
      const set = parse(readFileSync(path.join(ansible, 'environments', file), 'utf8')) as object;
      for (const name of Object.keys(set)) expect(variables.map((variable) => variable.name)).toContain(name);
    }
  });
});

describe('the roles', () => {
  it('are each named in the README', () => {
    for (const role of readdirSync(path.join(ansible, 'roles'))) expect(readme).toContain(`(roles/${role})`);
  });
});

describe('what the double takes for gcloud', () => {
  const completions = [
    '/usr/lib/google-cloud-sdk',
    '/usr/share/google-cloud-sdk',
    '/opt/google-cloud-sdk',
    process.env.CLOUDSDK_ROOT,
  ]
    .map((folder) => path.join(folder ?? '/nowhere', 'data/cli'))
    .find((folder) => existsSync(path.join(folder, 'gcloud_completions.py')));

  it.runIf(completions)('has the flags of the gcloud that is installed here', { timeout: 2 * MINUTES }, () => {
    const table = JSON.parse(readFileSync(path.join(import.meta.dirname, 'gcloud-commands.json'), 'utf8')) as Record<
      string,
      object
    >;
    const commands = Object.keys(table).filter((command) => command !== '');
    const { stdout, stderr } = spawnSync(
      'python3',
      [path.join(import.meta.dirname, 'extract-gcloud-commands.py'), completions!, ...commands],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const real = JSON.parse(stdout) as Record<string, object>;
    // A newer gcloud may know more; what is in the table it has to know.
    for (const [command, flags] of Object.entries(table))
      expect(Object.keys(real[command]!)).toEqual(expect.arrayContaining(Object.keys(flags)));
  });
});

describe('the README', () => {
  it('names the double’s commands as they are run', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts.cloud).toBe('node scripts/cloud.js');
    for (const [, step] of readme.matchAll(/^npm run cloud -- (\S+)/gm)) expect(playbooks).toContain(`${step}.yml`);
  });
});
