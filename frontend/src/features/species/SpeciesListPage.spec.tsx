// @vitest-environment happy-dom
import type { SpeciesPage, SpeciesSummary } from '@mushroom/api-service/species/species.schema';
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deathCapSummary } from '../../testing/answers.ts';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

let service: FakeService;
const asked = () =>
  service.received
    .filter(({ path }) => path.startsWith('/api/v1/species?'))
    .map(({ path }) => new URLSearchParams(path.split('?')[1]));

const listOf = (species: SpeciesSummary[], total: number): SpeciesPage => ({
  total,
  page: 1,
  pageSize: 24,
  species,
  facets: { families: [{ family: 'Amanitaceae', count: 31 }] },
});

beforeEach(async () => {
  service = await FakeService.start();
  service.answer = () => ({ body: listOf([deathCapSummary], 50) });
});

afterEach(async () => {
  cleanup();
  await service.stop();
});

describe('the species list', () => {
  it('shows each with its names and verdict, leading to its page', async () => {
    renderPage('/species');
    const link = await screen.findByRole('link', { name: /Amanita phalloides.*Death Cap/ });
    expect(link.getAttribute('href')).toBe('/species/amanita-phalloides');
    expect(screen.getAllByText('Deadly').length).toBeGreaterThan(0);
    expect(screen.getByText('50 entries')).toBeTruthy();
  });

  it('searches once the typing pauses, and keeps the search in the address', async () => {
    const { user, router } = renderPage('/species');
    await user.type(await screen.findByLabelText(/Name, in Latin/), 'death cap');
    await waitFor(() => expect(asked().at(-1)?.get('q')).toBe('death cap'));
    expect(router.state.location.search).toBe('?q=death+cap');
    expect(asked().length).toBeLessThan(5);
  });

  it('filters by danger and month from its first page on', async () => {
    const { user } = renderPage('/species?page=2');
    await user.selectOptions(await screen.findByLabelText('Danger'), 'deadly');
    await user.selectOptions(screen.getByLabelText('Found in'), 'October');
    await waitFor(() =>
      expect(Object.fromEntries(asked().at(-1)!)).toEqual({ toxicity: 'deadly', month: '10', page: '1' }),
    );
  });

  it('filters by a family, with how many species of each would be left', async () => {
    const { user, router } = renderPage('/species');
    await screen.findByText('50 entries');
    await user.selectOptions(screen.getByLabelText('Family'), 'Amanitaceae (31)');
    await waitFor(() => expect(asked().at(-1)?.get('family')).toBe('Amanitaceae'));
    expect(router.state.location.search).toBe('?family=Amanitaceae');
  });

  it('turns pages', async () => {
    const { user, router } = renderPage('/species');
    await user.click(await screen.findByRole('button', { name: 'Next' }));
    await waitFor(() => expect(asked().at(-1)?.get('page')).toBe('2'));
    expect(router.state.location.search).toBe('?page=2');
  });

  it('opens at an address with filters, and ignores senseless ones', async () => {
    renderPage('/species?family=Amanitaceae&toxicity=delicious&month=13&page=-4');
    await waitFor(() => expect(Object.fromEntries(asked().at(-1)!)).toEqual({ family: 'Amanitaceae', page: '1' }));
  });

  it('offers the way back where nothing fits', async () => {
    service.answer = () => ({ body: listOf([], 0) });
    const { user, router } = renderPage('/species?q=xyzzy');
    await user.click(await screen.findByRole('button', { name: 'Show all species' }));
    expect(router.state.location.search).toBe('');
  });

  it('says what is wrong where the service fails, and tries again', async () => {
    const working = service.answer;
    service.answer = () => ({ status: 500, body: { title: 'Something went wrong here', code: 'internal' } });
    const { user } = renderPage('/species');
    expect(await screen.findByText('Something went wrong here')).toBeTruthy();
    service.answer = working;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('50 entries')).toBeTruthy();
  });
});
