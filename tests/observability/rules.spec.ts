import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOfRules, filesOfRuleTests, observability, rulesFolder } from './assets.ts';

const promtool = (...options: string[]) => spawnSync('promtool', options, { cwd: rulesFolder, encoding: 'utf8' });

const missing = promtool('--version').status !== 0;

it('promtool is here; elsewhere what it checks is skipped', (test) => {
  if (missing && !process.env.CI) test.skip('promtool is not installed: it comes with Prometheus');
  expect(missing).toBe(false);
});

describe.skipIf(missing)('Prometheus', () => {
  it('takes its settings and every file of rules', () => {
    const { status, stdout, stderr } = promtool('check', 'config', path.join(observability, 'prometheus.yml'));
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`${filesOfRules.length} rule files found`);
  });

  it('has a test for every file of rules', () => {
    const tested = filesOfRules.filter((file) => filesOfRuleTests.includes(file.replace('.rules.', '.test.')));
    expect(tested).toEqual(filesOfRules);
  });

  it.each(filesOfRuleTests)('alerts when it should, and else not: %s', { timeout: 100_000 }, (file) => {
    const { status, stdout, stderr } = promtool('test', 'rules', file);
    expect(status, stdout + stderr).toBe(0);
  });
});
