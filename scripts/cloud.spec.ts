import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { playbookArguments } from './cloud.js';
import { Failure } from './failure.js';

describe('npm run cloud', () => {
  it('runs the playbook of the step with the variables of the environment', () => {
    expect(playbookArguments(['deploy', 'staging', '--check'], undefined)).toEqual([
      'deploy.yml',
      '-e',
      '@environments/staging.yml',
      '--check',
    ]);
  });

  it('takes variables that are not in the repository from a file of their own', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'variables-')), 'mine.yml');
    writeFileSync(file, 'mushroom_project: mine\n');
    expect(playbookArguments(['status', 'production'], file)).toContain(`@${file}`);
    expect(() => playbookArguments(['status', 'production'], `${file}.gone`)).toThrow(Failure);
  });

  it.each([[[]], [['deploy']], [['destroy', 'staging']], [['deploy', 'elsewhere']], [['deploy', '../staging']]])(
    'says how it is used where asked for %j',
    (words) => {
      expect(() => playbookArguments(words, undefined)).toThrow(/Usage: npm run cloud -- <set-up\|/);
    },
  );
});
