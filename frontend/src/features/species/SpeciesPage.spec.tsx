// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { deathCap } from '../../testing/answers.ts';
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

async function openPage(change: Partial<SpeciesDetail> = {}) {
  service.answer = ({ path }) =>
    path === '/api/v1/species/amanita-phalloides' ? { body: { ...deathCap, ...change } } : undefined;
  const page = renderPage('/species/amanita-phalloides');
  await screen.findByRole('heading', { name: 'Facts' });
  return page;
}

describe('a species page', () => {
  it('says the names, the verdict and the facts', async () => {
    await openPage();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Amanita phalloidesDeath Cap');
    expect(screen.getByText('Deadly')).toBeTruthy();
    expect(screen.getByText('6–24 hours')).toBeTruthy();
    expect(screen.getByText('July to November, in the north')).toBeTruthy();
  });

  it('shows photos with author, licence and source', async () => {
    await openPage();
    expect(screen.getByRole('img', { name: 'Death Cap, photo 1' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Archenzo' }).getAttribute('href')).toBe(
      'https://commons.example/death-cap',
    );
    expect(screen.getByText(/CC BY-SA 3\.0/)).toBeTruthy();
  });

  it('names what it is confused with, and what its facts come from', async () => {
    await openPage();
    expect(screen.getByRole('link', { name: 'Agaricus campestris' }).getAttribute('href')).toBe(
      '/species/agaricus-campestris',
    );
    expect(screen.getByText('Wikipedia; First Nature.')).toBeTruthy();
  });

  it('says that the sources disagree where they do', async () => {
    await openPage({ sourcesAgree: false });
    expect(screen.getByText(/They disagree/)).toBeTruthy();
  });

  it('says that nobody has looked the facts up where that is so', async () => {
    await openPage({ researched: false, toxicity: 'unknown', note: 'added with the photos of some day' });
    expect(screen.getByText('Not researched yet:')).toBeTruthy();
    expect(screen.queryByText(/added with the photos/)).toBeNull();
  });

  it('calls the harmless ones "not known to be poisonous, unverified" and never safe or edible', async () => {
    await openPage({ toxicity: 'not_known_poisonous', lookalikes: [] });
    expect(screen.getByText('Not known to be poisonous, unverified')).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/\b(safe|edible)\b/i);
  });

  it('offers a search where there is no such species', async () => {
    renderPage('/species/boletus-imaginarius');
    const search = await screen.findByRole('link', { name: /boletus imaginarius/ });
    expect(search.getAttribute('href')).toBe('/species?q=boletus%20imaginarius');
  });
});
