import { describe, expect, it } from 'vitest';
import { runMushroom } from './testing/run-mushroom.ts';

const segment = (...args: string[]) => runMushroom('segment', ...args);

describe('the command that outlines', () => {
  it('says what data it needs if it is given none: the photos in the repository have no masks', async () => {
    const { status, stderr } = await segment('train', '--backend', 'cpu', '--model', '/tmp/outline/1');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^segment: .* has no segmentation\.csv\. Outlines are learned from photos with masks/);
  });

  it.each([
    [['train'], /^segment: .*mushroom-outline\/2 exists; give another --version, or --replace/],
    [['train', '--model', '/dev/null/outline/1'], /^segment: nothing can be written into .*: \/dev\/null is no folder/],
    [
      ['train', '--model', '/tmp/outline/1', '--backend', 'wasm'],
      /^segment: the wasm backend has no gradients of convolutions\. Run `npm rebuild/,
    ],
    [['evaluate', '--model', '/nowhere', '--backend', 'wasm'], /^segment: .*outline\.json is missing/],
    [['pictures', '--model', '/nowhere', '--backend', 'wasm'], /^segment: .*outline\.json is missing/],
  ])('says in a sentence why it fails with %j', async (args, message) => {
    const { status, stderr } = await segment(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [['fly'], /unknown command 'fly'/],
    [['train', '--backend', 'gpu'], /--backend .*Allowed choices are auto, native, wasm, cpu/],
    [['train', '--views', '0'], /--views .*It takes a whole number from 1/],
    [['train', '--model', '/tmp/My Outline/one'], /^segment: --model ends in a name of small letters/],
    [['train', '--seed', 'x'], /--seed .*It takes a whole number from 1/],
    [['pictures', '--data', 'photos'], /unknown option '--data'/],
  ])('ends with 2, and says what can not be meant by %j', async (args, message) => {
    const { status, stderr } = await segment(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('shows its commands if it is told none', async () => {
    const { status, stderr } = await segment();
    expect(status).toBe(2);
    for (const name of ['train', 'evaluate', 'pictures']) expect(stderr).toContain(`  ${name} `);
  });

  it.each([
    ['train', ['--data', '--skip-unreadable', '--reviews', '--model', '--replace', '--views', '--seed', '--backend']],
    ['evaluate', ['--data', '--skip-unreadable', '--reviews', '--model', '--backend']],
    ['pictures', ['--model', '--backend']],
  ])('%s tells its options', async (name, options) => {
    const { status, stdout } = await segment(name, '--help');
    expect(status).toBe(0);
    for (const option of options) expect(stdout).toContain(`  ${option}`);
  });
});
