// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

let service: FakeService;

beforeEach(async () => {
  service = await FakeService.start();
});

afterEach(async () => {
  cleanup();
  await service.stop();
});

function serve(evaluation: unknown) {
  const versions = [
    { version: '1', url: '', served: false },
    { version: '2', url: '', served: true },
  ];
  service.answer = ({ path }) => {
    if (path === '/api/v1/models') return { body: { models: [{ name: 'mushroom-classifier', versions }] } };
    if (path === '/api/v1/models/mushroom-classifier/versions/2') return { body: { evaluation } };
    return undefined;
  };
}

it('gives the served version’s errors on photos from elsewhere, with their counts', async () => {
  const of = (count: number, total: number) => ({ count, of: total, share: count / total, interval: [0, 1] });
  serve({
    schemaVersion: 1,
    splits: {
      val: null,
      field: {
        photos: { total: 1138 },
        verdicts: { pipeline: { dangerousCalledHarmless: of(6, 300) } },
        rightWhenNamed: { species: of(60, 100), genus: of(0, 0) },
        decisions: { uncertain: of(500, 1000) },
      },
    },
  });
  renderPage('/trust');
  expect((await screen.findByText('6 of 300')).parentElement?.textContent).toBe('2% 6 of 300');
  expect(screen.getByText('40 of 100').parentElement?.textContent).toBe('40% 40 of 100');
  expect(screen.getByText(/1,138 photos/)).toBeTruthy();
  // Nothing was counted there, so nothing is claimed.
  expect(screen.queryByText(/wrong genus/)).toBeNull();
});

it.each([
  ['has no evaluation', null],
  ['has one of a later form', { schemaVersion: 2 }],
  ['was not measured elsewhere', { schemaVersion: 1, splits: { val: null, field: null } }],
])('warns in words where the bundle %s', async (_, evaluation) => {
  serve(evaluation);
  renderPage('/trust');
  expect(await screen.findByText(/wrong about as often as it is right/)).toBeTruthy();
});
