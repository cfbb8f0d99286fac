import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const loader = createRequire(import.meta.url).resolve('tsx');
const command = fileURLToPath(new URL('./segment.cli.ts', import.meta.url));

function segment(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['--import', loader, command, ...args], { encoding: 'utf8' });
  return { status, stderr };
}

describe('the command that outlines', () => {
  it('says what data it needs where it is given none: the photos in the repository have no masks', () => {
    const { status, stderr } = segment('train', '--backend', 'cpu');
    expect(status).toBe(1);
    expect(stderr).toMatch(/segment: .* has no segmentation\.csv\. Outlines are learned from photos with masks/);
  });

  it.each([
    [['fly'], /say train, evaluate or pictures/],
    [['train', '--backend', 'gpu'], /--backend is auto, native, wasm or cpu/],
    [['train', '--backend', 'wasm'], /the wasm backend has no gradients of convolutions\. Run `npm rebuild/],
    [['evaluate', '--model', '/nowhere', '--backend', 'wasm'], /outline\.json is missing/],
  ])('says in a sentence what is wrong with %j', (args, message) => {
    const { status, stderr } = segment(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
