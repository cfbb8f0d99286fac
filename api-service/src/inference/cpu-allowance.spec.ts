import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuAllowance } from './cpu-allowance.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(path.join(os.tmpdir(), 'cgroup-'))));
afterAll(() => rmSync(directory, { recursive: true }));

const allowanceWith = (cpuMax: string) => {
  const file = path.join(directory, 'cpu.max');
  writeFileSync(file, cpuMax);
  return cpuAllowance(file);
};

describe('the CPU allowance', () => {
  it.each([
    ['100000 100000\n', 1],
    ['150000 100000\n', 1],
    ['50000 100000\n', 1],
  ])('is the container’s limit in whole processors, one at least (%j)', (cpuMax, allowance) => {
    expect(allowanceWith(cpuMax)).toBe(allowance);
  });

  it.each(['max 100000\n', '100000000 100000\n', ''])(
    'is the machine’s where the limit is none or higher (%j)',
    (cpuMax) => {
      expect(allowanceWith(cpuMax)).toBe(os.availableParallelism());
    },
  );

  it('is the machine’s where there are no control groups', () => {
    expect(cpuAllowance(path.join(directory, 'nothing'))).toBe(os.availableParallelism());
  });
});
