// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sharedAnswerOf } from '../../shared-answer/shared-answer.ts';
import { flyAgaricAnswer } from '../../testing/answers.ts';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { allFinds, deleteAllFinds, keepFind } from './finds.store.ts';

let service: FakeService;
const answer = sharedAnswerOf(flyAgaricAnswer, new Date(2026, 10, 23));

beforeEach(async () => {
  service = await FakeService.start();
  await deleteAllFinds();
});

afterEach(async () => {
  cleanup();
  vi.restoreAllMocks();
  // Finds are nobody else's business: whatever a test did here, nothing was told, and nothing asked but all names at once.
  expect(service.received.filter(({ path }) => path !== '/api/v1/common-names/en')).toEqual([]);
  await service.stop();
});

it('tells how to keep something where nothing is kept', async () => {
  renderPage('/finds');
  expect(await screen.findByText(/Nothing kept yet/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Identify a mushroom' }).getAttribute('href')).toBe('/');
});

it('shows what was kept, with its verdict, and leads to the whole answer', async () => {
  await keepFind(answer);
  const { user } = renderPage('/finds');
  const find = within(await screen.findByRole('article', { name: 'Amanita muscaria' }));
  expect(find.getByText('Poisonous')).toBeTruthy();
  expect((await find.findByRole('link', { name: 'The whole answer' })).getAttribute('href')).toMatch(/^\/answer#/);
  await user.type(find.getByLabelText('Notes'), 'under the old oak');
  await user.tab();
  expect(await find.findByText('Saved.')).toBeTruthy();
  expect((await allFinds()).finds).toMatchObject([{ notes: 'under the old oak' }]);
});

it('deletes one', async () => {
  await keepFind(answer);
  const { user } = renderPage('/finds');
  await user.click(await screen.findByRole('button', { name: 'Delete Amanita muscaria' }));
  expect(await screen.findByText(/Nothing kept yet/)).toBeTruthy();
  expect((await allFinds()).finds).toEqual([]);
});

it('deletes all of them, but not before that was confirmed', async () => {
  await keepFind(answer);
  await keepFind(answer);
  const { user } = renderPage('/finds');
  await user.click(await screen.findByRole('button', { name: 'Delete all' }));
  expect(screen.getByText(/Delete all 2 finds for ever/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Keep them' }));
  await user.click(screen.getByRole('button', { name: 'Keep them' }));
  expect((await allFinds()).finds).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: 'Delete all' }));
  await user.click(screen.getByRole('button', { name: 'Yes, delete all' }));
  await waitFor(async () => expect((await allFinds()).finds).toEqual([]));
});

it('saves all of them as a file', async () => {
  const find = await keepFind(answer);
  const files: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
    files.push(file as Blob);
    return 'blob:finds';
  });
  const { user } = renderPage('/finds');
  await user.click(await screen.findByRole('button', { name: 'Save all as a file' }));
  expect(JSON.parse(await files[0]!.text())).toEqual({ format: 1, finds: [find] });
});

it('shows the others where one can’t be read any more, and a way to be rid of it', async () => {
  await keepFind(answer);
  const { id } = await keepFind(answer);
  const get = IDBObjectStore.prototype.get;
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    if (key === id) throw new DOMException('Failed to read', 'DataError');
    return get.call(this, key);
  });
  const { user } = renderPage('/finds');
  expect(await screen.findByText(/1 find can’t be read any more/)).toBeTruthy();
  expect(screen.getAllByRole('article')).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Delete all' }));
  await user.click(screen.getByRole('button', { name: 'Yes, delete all' }));
  expect(await screen.findByText(/Nothing kept yet/)).toBeTruthy();
});

it('says so where the browser keeps nothing', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('refused', 'SecurityError');
  });
  renderPage('/finds');
  expect(await screen.findByText(/This browser keeps nothing here/)).toBeTruthy();
});
