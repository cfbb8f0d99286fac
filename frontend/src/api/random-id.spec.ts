import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { randomId } from './random-id.ts';

it('is a UUID of version 4, another each time, without what http lacks', () => {
  vi.spyOn(crypto, 'randomUUID').mockImplementation(() => {
    throw new TypeError('crypto.randomUUID is not a function');
  });
  const ids = Array.from({ length: 100 }, randomId);
  for (const id of ids) expect(z.uuidv4().safeParse(id).success, id).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  vi.restoreAllMocks();
});
