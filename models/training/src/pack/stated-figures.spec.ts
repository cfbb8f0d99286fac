import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newestBundle } from '../terminal/newest-bundle.ts';
import { statedFigures } from './stated-figures.ts';

const registry = fileURLToPath(new URL('../../../registry/', import.meta.url));

describe('what a bundle states of itself', () => {
  it('is its cost, and how right it is', async () => {
    const student = await statedFigures(path.join(registry, 'mushroom-student/2'));
    expect(student).toMatchObject({ name: 'mushroom-student', version: '2', multiplyAdds: 170_595_552 });
    expect(student.bytes).toBeLessThanOrEqual(3e6);
    expect(student.compressedBytes).toBeLessThan(student.bytes);
    const teacher = await statedFigures(await newestBundle());
    for (const split of ['valTop1', 'fieldTop1'] as const) {
      expect(teacher[split]! - student[split]!).toBeLessThanOrEqual(0.03);
    }
    expect(teacher.multiplyAdds).toBeGreaterThan(3 * student.multiplyAdds);
  });

  it('is nothing where there is no bundle', async () => {
    await expect(statedFigures('/nowhere')).rejects.toThrow(/bundle\.json is missing/);
  });
});
