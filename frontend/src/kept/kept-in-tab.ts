import type { DBSchema, IDBPDatabase } from 'idb';
import { randomId } from '../api/random-id.ts';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';

// What would be a loss if the phone puts the tab away, or if one reloads or goes back by mistake, is kept in IndexedDB:
// under an id that this tab alone has, so that another tab begins with nothing, and no two specimens are mixed.

const TAB = 'tab';
/** After this, in milliseconds, nobody means the same mushroom any more. */
const A_DAY = 24 * 60 * 60_000;
/** How long to wait for the device, in milliseconds: in some private windows it never answers. */
const STORE_WITHIN = 3000;

interface KeptDatabase extends DBSchema {
  kept: { key: [tab: string, what: string]; value: { tab: string; what: string; at: number; value: unknown } };
}

/** Runs on what is kept, and closes behind itself: an open database would block other tabs. */
async function withKept<T>(work: (database: IDBPDatabase<KeptDatabase>) => Promise<T>): Promise<T> {
  // Fetched when there is something to keep: the first page is there sooner without.
  const { openDB } = await inTime(import('idb'), CODE_WITHIN);
  const database = await openDB<KeptDatabase>('kept', 1, {
    upgrade(created) {
      created.createObjectStore('kept', { keyPath: ['tab', 'what'] });
    },
  });
  try {
    return await inTime(work(database), STORE_WITHIN);
  } finally {
    database.close();
  }
}

function knownTab(): string | null {
  try {
    return sessionStorage.getItem(TAB);
  } catch {
    // The browser keeps nothing.
    return null;
  }
}

function newTab(): string | null {
  try {
    sessionStorage.setItem(TAB, randomId());
  } catch {
    // As above.
  }
  return knownTab();
}

/** Whether this tab may have kept something: at a first visit there is nothing to wait for. */
export function mayHaveKept(): boolean {
  return knownTab() !== null;
}

/** One after the other, so that what was kept last is what stays. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Keeps a value for this tab, for a day, instead of the one that has this name; undefined keeps nothing. Where the browser
 * keeps nothing (a private window, a full disk, storage refused), it is lost with the page.
 */
export function keepInTab(what: string, value: unknown): void {
  const tab = knownTab() ?? (value === undefined ? null : newTab());
  if (tab === null) return;
  last = last
    .then(() =>
      withKept<unknown>((database) =>
        value === undefined
          ? database.delete('kept', [tab, what])
          : database.put('kept', { tab, what, at: Date.now(), value }),
      ),
    )
    .catch(() => undefined);
}

/** What this tab kept under a name; undefined where that is nothing, or older than a day. Forgets what is older, of all tabs. */
export async function keptInTab(what: string): Promise<unknown> {
  const tab = knownTab();
  if (tab === null) return undefined;
  try {
    return await withKept(async (database) => {
      const { store, done } = database.transaction('kept', 'readwrite');
      for await (const cursor of store) if (Date.now() - cursor.value.at > A_DAY) await cursor.delete();
      await done;
      return (await database.get('kept', [tab, what]))?.value;
    });
  } catch {
    return undefined;
  }
}
