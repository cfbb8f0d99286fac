import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepInTab, keptInTab, mayHaveKept } from './kept-in-tab.ts';

let tab: Map<string, string>;

function openTab(): void {
  tab = new Map();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => tab.get(key) ?? null,
    setItem: (key: string, value: string) => tab.set(key, value),
  });
}

beforeEach(openTab);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Nothing tells when something is kept: the page does not wait for it. */
const becomes = (what: string, value: unknown) => vi.waitFor(async () => expect(await keptInTab(what)).toEqual(value));

it('keeps what was given last under a name, and nothing once that is forgotten', async () => {
  expect(mayHaveKept()).toBe(false);
  keepInTab('photos', ['first']);
  keepInTab('photos', ['first', 'second']);
  await becomes('photos', ['first', 'second']);
  expect(mayHaveKept()).toBe(true);
  keepInTab('photos', undefined);
  await becomes('photos', undefined);
});

it('shows another tab nothing of it', async () => {
  keepInTab('photos', ['of the first tab']);
  await becomes('photos', ['of the first tab']);
  openTab();
  keepInTab('answer', 'of the second tab');
  await becomes('answer', 'of the second tab');
  expect(await keptInTab('photos')).toBeUndefined();
});

it('forgets it after a day', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') });
  keepInTab('photos', ['yesterday']);
  await becomes('photos', ['yesterday']);
  vi.setSystemTime(new Date('2026-11-23T10:00:01Z'));
  expect(await keptInTab('photos')).toBeUndefined();
});

it('keeps nothing, and says nothing, where the browser refuses', async () => {
  vi.stubGlobal('sessionStorage', {
    getItem: () => {
      throw new DOMException('refused', 'SecurityError');
    },
  });
  keepInTab('photos', ['lost with the page']);
  expect(await keptInTab('photos')).toBeUndefined();
});
