import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('says in a sentence what to do where packages are not installed yet', () => {
  const clone = mkdtempSync(path.join(os.tmpdir(), 'clone-'));
  try {
    const command = path.join(clone, 'mushroom.mjs');
    copyFileSync(fileURLToPath(new URL('../../mushroom.js', import.meta.url)), command);
    const { status, stderr } = spawnSync(process.execPath, [command, 'train'], { encoding: 'utf8' });
    expect(stderr).toBe(
      'mushroom: the packages are not installed yet. Run `npm ci` in the project’s folder, then try again.\n',
    );
    expect(status).toBe(1);
  } finally {
    rmSync(clone, { recursive: true });
  }
});
