import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sharedAnswerOf } from '../../shared-answer/shared-answer.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { allFinds, deleteAllFinds, deleteFind, keepFind, writeNotes } from './finds.store.ts';

const answer = sharedAnswerOf(flyAgaricAnswer, new Date(2026, 10, 23));

beforeEach(() => deleteAllFinds());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('keeps finds, the newest first', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') });
  const first = await keepFind(answer);
  vi.setSystemTime(new Date('2026-11-23T10:00:00Z'));
  const second = await keepFind(answer);
  expect(await allFinds()).toEqual([second, first]);
  expect(second).toMatchObject({ kept: '2026-11-23T10:00:00.000Z', notes: '', answer });
});

it('keeps what is noted', async () => {
  const { id } = await keepFind(answer);
  await writeNotes(id, 'under the old oak');
  expect(await allFinds()).toMatchObject([{ id, notes: 'under the old oak', answer }]);
});

it('does not bring a deleted find back by noting something', async () => {
  const { id } = await keepFind(answer);
  await deleteFind(id);
  await writeNotes(id, 'too late');
  expect(await allFinds()).toEqual([]);
});

it('deletes all', async () => {
  await keepFind(answer);
  await keepFind(answer);
  await deleteAllFinds();
  expect(await allFinds()).toEqual([]);
});

it('fails aloud where the browser keeps nothing', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('refused', 'SecurityError');
  });
  await expect(keepFind(answer)).rejects.toThrow('refused');
  await expect(allFinds()).rejects.toThrow('refused');
});
