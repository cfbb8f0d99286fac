import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServiceProcess } from '../service-process.ts';

export interface RunningProcess {
  pid: number;
  /** Resident memory. Pages that processes share count in each. */
  megabytes: number;
}

/** The service's own process, and those that run the model. */
export async function processesOf({ process: service }: ServiceProcess): Promise<{
  parent: RunningProcess;
  workers: RunningProcess[];
}> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,args=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const running = ([pid, , kilobytes]: string[]) => ({ pid: Number(pid), megabytes: Number(kilobytes) / 1024 });
  const parent = rows.find(([pid]) => Number(pid) === service.pid);
  if (!parent) throw new Error('the service is not running');
  const workers = rows.filter(
    ([, parentPid, , ...command]) => Number(parentPid) === service.pid && command.join(' ').includes('worker.js'),
  );
  return { parent: running(parent), workers: workers.map(running) };
}
