import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { randomId } from '../../api/random-id.ts';
import type { SharedAnswer } from '../../shared-answer/shared-answer.ts';

/** An answer that was kept, with what the person wrote to it. */
export interface Find {
  id: string;
  /** When it was kept: ISO 8601. */
  kept: string;
  answer: SharedAnswer;
  notes: string;
}

interface FindsDatabase extends DBSchema {
  finds: { key: string; value: Find; indexes: { kept: string } };
}

/**
 * Runs on the finds of this device, and closes behind itself: an open database would block other tabs.
 * @throws DOMException where the browser keeps nothing (a private window, a full disk, storage refused).
 */
async function withFinds<T>(work: (database: IDBPDatabase<FindsDatabase>) => Promise<T>): Promise<T> {
  const database = await openDB<FindsDatabase>('finds', 1, {
    upgrade(created) {
      created.createObjectStore('finds', { keyPath: 'id' }).createIndex('kept', 'kept');
    },
  });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** Newest first, and how many more there are that can't be read: a failing disk damages one, not all of them. */
export async function allFinds(): Promise<{ finds: Find[]; unreadable: number }> {
  return withFinds(async (database) => {
    const keys = await database.getAllKeysFromIndex('finds', 'kept');
    // Each in a transaction of its own: a request that fails ends its transaction, and with it all others there.
    const read = await Promise.allSettled(keys.reverse().map((key) => database.get('finds', key)));
    const finds = read.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    return { finds, unreadable: read.filter(({ status }) => status === 'rejected').length };
  });
}

/** @returns the find as it was kept. */
export async function keepFind(answer: SharedAnswer): Promise<Find> {
  const find: Find = { id: randomId(), kept: new Date().toISOString(), answer, notes: '' };
  await withFinds((database) => database.add('finds', find));
  return find;
}

/** Writes the notes of a find; nothing happens where it was deleted meanwhile. */
export async function writeNotes(id: string, notes: string): Promise<void> {
  await withFinds(async (database) => {
    const transaction = database.transaction('finds', 'readwrite');
    const find = await transaction.store.get(id);
    if (find) await transaction.store.put({ ...find, notes });
    await transaction.done;
  });
}

export async function deleteFind(id: string): Promise<void> {
  await withFinds((database) => database.delete('finds', id));
}

export async function deleteAllFinds(): Promise<void> {
  await withFinds((database) => database.clear('finds'));
}
