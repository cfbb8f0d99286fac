import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryRehearsal } from './delivery-rehearsal.ts';
import { HANG_LIMIT_MS } from '../hang-limit.ts';

const SLOW = HANG_LIMIT_MS;

// Steps of one rehearsal, in this order, while clients send photos all the time.
describe('models, delivered through a bucket to a service that runs,', { timeout: SLOW }, () => {
  let rehearsal: DeliveryRehearsal;
  beforeAll(async () => {
    rehearsal = await DeliveryRehearsal.prepare();
    for (const version of ['1', '2']) {
      expect(await rehearsal.publish(await rehearsal.bundle(version))).toMatchObject({ code: 0 });
    }
    expect(await rehearsal.run('promote', '--version', '1', '--alias', 'stable')).toMatchObject({ code: 0 });
    await rehearsal.serve();
  }, SLOW);
  afterAll(() => rehearsal.stop(), SLOW);

  it('are served from an empty registry on', async () => {
    await rehearsal.untilAnsweredBy('1');
  });

  it('answer as soon as they are promoted', async () => {
    const promotion = await rehearsal.run('promote', '--version', '2', '--alias', 'stable');
    expect(promotion).toEqual({ code: 0, output: 'stable: 1 → 2' });
    console.log(`promoted: ${Math.round(await rehearsal.untilAnsweredBy('2'))} ms`);
  });

  it('are refused by publish where a byte differs', async () => {
    const directory = await rehearsal.bundle('3', { file: 'model-card.md', edit: (text) => `${text}!`, listed: false });
    const { code, output } = await rehearsal.publish(directory);
    expect(code).toBe(1);
    expect(output).toMatch(/model-card\.md is not the file that bundle\.json names/);
    expect(rehearsal.objects().filter((name) => name.startsWith('3/'))).toEqual([]);
  });

  it('are refused by promote where a byte differs in the bucket', async () => {
    const edit = (text: string) => `${text}!`;
    await rehearsal.smuggle(await rehearsal.bundle('3', { file: 'model-card.md', edit, listed: false }), '3');
    const { code, output } = await rehearsal.run('promote', '--version', '3', '--alias', 'stable');
    expect(code).toBe(1);
    expect(output).toMatch(/production\/mushroom-classifier\/3: model-card\.md is not the file/);
  });

  it('are refused by the service where a byte differs, though they have the label', async () => {
    await rehearsal.label({ stable: '3' });
    await expect
      .poll(() => rehearsal.metric('mushroom_bucket_looks_total', 'outcome="refused"'), { timeout: 100_000 })
      .toBeGreaterThan(0);
    expect(rehearsal.version).toBe('2');
    expect(rehearsal.log).toContain('a model of the bucket is refused');
  });

  it('are refused by the service where they do not give their golden outputs', async () => {
    const edit = (text: string) => text.replace(/"scores":\[[\d.e-]+,/, '"scores":[0.5,');
    await rehearsal.smuggle(await rehearsal.bundle('4', { file: 'golden.json', edit, listed: true }), '4');
    await rehearsal.label({ stable: '4' });
    await expect
      .poll(() => rehearsal.metric('mushroom_model_refusals_total', 'reason="golden"'), { timeout: 100_000 })
      .toBeGreaterThan(0);
    expect(rehearsal.version).toBe('2');
  });

  it('go back to the version before by a rollback', async () => {
    await rehearsal.label({ stable: '2' });
    const rollback = await rehearsal.run('rollback');
    expect(rollback).toEqual({ code: 0, output: 'stable: 2 → 1' });
    console.log(`rolled back: ${Math.round(await rehearsal.untilAnsweredBy('1'))} ms`);
  });

  it('are told with all that was done to them', async () => {
    const { code, output } = await rehearsal.run('status');
    expect(code).toBe(0);
    expect(output).toMatch(/promote stable – → 1 {2}by rehearsal/);
    expect(output).toMatch(/promote stable 1 → 2 {2}by rehearsal/);
    expect(output).toMatch(/rollback stable 2 → 1 {2}by rehearsal/);
    expect(rehearsal.objects().filter((name) => name.startsWith('audit/'))).toHaveLength(5);
  });

  it('come and go without one failed request', () => {
    const { statuses, versions } = rehearsal.answers;
    console.log(`answers by status: ${JSON.stringify([...statuses])}, by version: ${JSON.stringify([...versions])}`);
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions.keys()].sort()).toEqual(['1', '2']);
  });
});
