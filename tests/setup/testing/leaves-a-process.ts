import { spawn } from 'node:child_process';
import { it } from 'vitest';

it('starts a program and forgets it', () => {
  spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
});
