import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readInput } from './read-input.ts';

it('reads a file as the input of a model, and names the one that it can not read', async () => {
  const photo = fileURLToPath(new URL('../../../data/licensed/boletus-edulis-1.jpg', import.meta.url));
  expect(await readInput(photo, { size: 32, fit: 'crop' })).toHaveLength(32 * 32 * 3);
  const text = fileURLToPath(import.meta.url);
  await expect(readInput(text, { size: 32, fit: 'crop' })).rejects.toThrow(text);
});
