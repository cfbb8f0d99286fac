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
  expect(await allFinds()).toEqual({ finds: [second, first], unreadable: 0 });
  expect(second).toMatchObject({ kept: '2026-11-23T10:00:00.000Z', notes: '', answer });
});

it('gives the others where one can’t be read any more', async () => {
  const [first, damaged, last] = [await keepFind(answer), await keepFind(answer), await keepFind(answer)];
  const get = IDBObjectStore.prototype.get;
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    if (key === damaged.id) throw new DOMException('Failed to read', 'DataError');
    return get.call(this, key);
  });
  const { finds, unreadable } = await allFinds();
  expect(finds.map(({ id }) => id).sort()).toEqual([first.id, last.id].sort());
  expect(unreadable).toBe(1);
});

it('keeps what is noted', async () => {
  const { id } = await keepFind(answer);
  await writeNotes(id, 'under the old oak');
  expect((await allFinds()).finds).toMatchObject([{ id, notes: 'under the old oak', answer }]);
});

it('does not bring a deleted find back by noting something', async () => {
  const { id } = await keepFind(answer);
  await deleteFind(id);
  await writeNotes(id, 'too late');
  expect(await allFinds()).toEqual({ finds: [], unreadable: 0 });
});

it('deletes all', async () => {
  await keepFind(answer);
  await keepFind(answer);
  await deleteAllFinds();
  expect(await allFinds()).toEqual({ finds: [], unreadable: 0 });
});

it('fails aloud where the browser keeps nothing', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('refused', 'SecurityError');
  });
  await expect(keepFind(answer)).rejects.toThrow('refused');
  await expect(allFinds()).rejects.toThrow('refused');
});
