import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { figures } from '../documents/figures.ts';
import { readDocument } from '../documents/markdown.ts';
import { repository } from '../service-process.ts';

const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };

it.each(Object.values(figures))('$measuredBy says how to record what it measures', async ({ measuredBy }) => {
  const [, file] = /\btsx (\S+)$/.exec(scripts[measuredBy.replace('npm run ', '')]!)!;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file!, '--help'], { cwd: repository });
  expect(stdout).toMatch(`${measuredBy} -- [OPTIONS]\n`);
  expect(stdout).toMatch(/^ {2}--record +writes the figures into docs\/figures\.json/m);
});
