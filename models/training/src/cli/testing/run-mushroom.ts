import { vi } from 'vitest';
import { mushroom } from '../mushroom.ts';

/** Runs a command in this process, and gives what it would have printed and its exit code. */
export async function runMushroom(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => void (stdout += `${values.join(' ')}\n`));
  const error = vi.spyOn(console, 'error').mockImplementation((...values) => void (stderr += `${values.join(' ')}\n`));
  try {
    const status = await mushroom(args, {
      out: (text) => void (stdout += text),
      error: (text) => void (stderr += text),
    });
    return { status, stdout, stderr };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}
