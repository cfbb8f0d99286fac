import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('waits for a program that never ends', () => {
  expect(spawnSync('sleep', ['600']).status).toBe(0);
});

it('comes after it', () => {});
