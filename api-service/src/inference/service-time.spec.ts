import { describe, expect, it } from 'vitest';
import { ServiceTime } from './service-time.ts';

function learned(measurements: [units: number, ms: number][]): ServiceTime {
  const time = new ServiceTime(100);
  for (const [units, ms] of measurements) time.observe(units, ms);
  return time;
}

const times = <T>(count: number, value: T) => Array<T>(count).fill(value);

describe('the expected time of work', () => {
  it('is the first guess until something was measured', () => {
    expect(new ServiceTime(100).of(3)).toBe(300);
  });

  it('of no work is nothing', () => {
    expect(learned([[1, 40]]).of(0)).toBe(0);
  });

  it('is in proportion where all work had one size', () => {
    expect(learned(times(50, [1, 30])).of(5)).toBeCloseTo(150);
  });

  it('tells what starting costs from what each unit costs', () => {
    const time = learned([1, 4, 2, 8, 1, 3].map((units) => [units, 10 + 5 * units]));
    expect(time.of(1)).toBeCloseTo(15);
    expect(time.of(16)).toBeCloseTo(90);
  });

  it('follows the work when that becomes slower', () => {
    const time = learned([...times<[number, number]>(200, [1, 10]), ...times<[number, number]>(100, [1, 50])]);
    expect(time.of(1)).toBeGreaterThan(49);
  });

  it('never falls with the work, nor below nothing', () => {
    const backwards = learned([
      [1, 100],
      [8, 20],
    ]);
    expect(backwards.of(8)).toBeGreaterThanOrEqual(backwards.of(1));
    const steep = learned([
      [4, 1],
      [5, 100],
    ]);
    expect(steep.of(1)).toBeGreaterThan(0);
  });
});
