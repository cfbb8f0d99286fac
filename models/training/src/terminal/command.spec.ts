import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { expect, it, describe } from 'vitest';

const loader = createRequire(import.meta.url).resolve('tsx');
const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** A command of its own process; its timer would keep that alive for ever. */
function started(work: string) {
  const script = `
    import { runToExit } from ${here('./command.ts')};
    import { withProgress } from ${here('./progress.ts')};
    setInterval(() => {}, 1000);
    await runToExit(async () => { ${work} return 0; });
  `;
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', script]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const closed = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, closed, output: () => output };
}

const LONG = 'await new Promise((resolve) => setTimeout(resolve, 2500));';

describe('a command', () => {
  it('that fails in the middle of its progress ends with its exit code, whatever timers are left', async () => {
    const work = `try { await withProgress('loaves', 3, async (show) => { show(1); ${LONG} throw new Error('no flour'); }); }
      catch (error) { console.error(error.message); return 1; }`;
    const { code, output } = await started(work).closed;
    expect(code).toBe(1);
    expect(output).toMatch(/loaves .* 1\/3/);
    expect(output.trimEnd()).toMatch(/\nno flour$/);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that gets %s in the middle of its progress ends at once, with code %i', async (signal, expected) => {
    const work = `await withProgress('loaves', 3, async (show) => { show(1); console.log('begun'); await new Promise(() => {}); });`;
    const { child, closed, output } = started(work);
    await expect.poll(output, { timeout: 30_000, message: 'the command begins' }).toContain('begun');
    child.kill(signal);
    expect(await closed).toMatchObject({ code: expected });
  });

  it('shows no bar for work that is over in a moment, and gives what the work gives', async () => {
    const work = `console.log(await withProgress('loaves', 3, () => 'bread'));`;
    expect(await started(work).closed).toEqual({ code: 0, output: 'bread\n' });
  });
});
