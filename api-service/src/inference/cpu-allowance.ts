import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Processors that a control group (version 2) allows: its `cpu.max` is a quota and a period in microseconds, or "max". */
function quotaOf(cpuMax: string): number {
  const [quota, period] = cpuMax.trim().split(/\s+/).map(Number);
  return quota && period ? quota / period : Infinity;
}

/**
 * Processors that this process may keep busy: those of the machine, or the container's limit where that is lower.
 * Node looks at the limit only from libuv 1.49 on (Node 22), so it is read here.
 * @param cpuMaxFile as a container sees its own limit.
 * @returns 1 at least: half a processor still runs one worker.
 */
export function cpuAllowance(cpuMaxFile = '/sys/fs/cgroup/cpu.max'): number {
  let limit = Infinity;
  try {
    limit = quotaOf(readFileSync(cpuMaxFile, 'utf8'));
  } catch {
    // Not Linux, or no control groups of version 2: no limit is known.
  }
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(limit)));
}
