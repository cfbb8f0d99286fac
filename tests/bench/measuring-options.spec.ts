import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { figures } from '../documents/figures.ts';
import { readDocument } from '../documents/markdown.ts';
import { repository } from '../service-process.ts';

const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };

const programOf = (measuredBy: string) => /\btsx (\S+)$/.exec(scripts[measuredBy.replace('npm run ', '')]!)![1]!;

it.each(Object.entries(figures))('%s is measured by a command with the options of all', (group, { measuredBy }) => {
  expect(readDocument(programOf(measuredBy))).toContain(`measuringOptions('${group}'`);
});

it('a command says how to record what it measures', async () => {
  const { measuredBy } = figures.chaos;
  const program = ['--import', 'tsx', programOf(measuredBy), '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: repository });
  expect(stdout).toMatch(`${measuredBy} -- [OPTIONS]\n`);
  expect(stdout).toMatch(/^ {2}--record +writes the figures into docs\/figures\.json/m);
});
