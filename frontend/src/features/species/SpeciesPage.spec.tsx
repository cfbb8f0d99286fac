// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { showIn } from '../../language/language.ts';
import { deathCap } from '../../testing/answers.ts';
import { FakeService } from '../../testing/fake-service.ts';
import { renderPage } from '../../testing/render-page.tsx';

let service: FakeService;

beforeEach(async () => {
  service = await FakeService.start();
});

afterEach(async () => {
  cleanup();
  await showIn('en');
  await service.stop();
});

async function openPage(change: Partial<SpeciesDetail> = {}) {
  service.answer = ({ path }) => {
    if (path === '/api/v1/species/amanita-phalloides') return { body: { ...deathCap, ...change } };
    if (path !== '/api/v1/common-names/de') return undefined;
    return { body: { language: 'de', names: { 'Amanita phalloides': 'Grüner Knollenblätterpilz' } } };
  };
  const page = renderPage('/species/amanita-phalloides');
  await screen.findByRole('heading', { name: /^(Facts|Angaben)$/ });
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

  it('says what else it is called, in each language', async () => {
    await openPage();
    const names = screen.getByText('Also called').parentElement!;
    expect(names.textContent).toContain('German: Grüner Knollenblätterpilz, Grüner Giftwulstling');
    expect(screen.getByText('Amanite phalloïde').lang).toBe('fr');
    expect(names.textContent).toContain('A name says nothing about whether it can be eaten.');
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

  it('is in German: its name, and the facts that come from closed lists', async () => {
    await showIn('de');
    await openPage();
    expect(await screen.findByText('Grüner Knollenblätterpilz')).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Amanita phalloidesGrüner Knollenblätterpilz');
    for (const words of ['α-Amanitin', 'Laubwald, Eiche', 'Erde', 'Europa', 'Juli bis November, im Norden']) {
      expect(
        screen.getByText((_, element) => element?.tagName === 'DD' && !!element.textContent?.includes(words)),
      ).toBeTruthy();
    }
    expect(screen.getByText('Death Cap').lang).toBe('en');
  });

  it('has no other language’s name in the place of a German one that there isn’t', async () => {
    await showIn('de');
    await openPage({ lookalikes: deathCap.lookalikes });
    const lookalike = screen.getByRole('link', { name: 'Agaricus campestris' }).closest('li')!;
    expect(lookalike.textContent).not.toContain('Field Mushroom');
  });

  it('keeps a note that is in English only under a heading that says so', async () => {
    await showIn('de');
    await openPage({ note: 'Kidney failure may start 2-20 days later.' });
    expect(screen.getByRole('heading', { name: 'Anmerkung, nur auf Englisch' })).toBeTruthy();
    expect(screen.getByText(/Kidney failure/).lang).toBe('en');
    cleanup();
    await openPage({ note: 'No toxicity data found; do not eat.' });
    expect(screen.getByText('Ob er giftig ist, ist nirgends zu finden; nicht essen.')).toBeTruthy();
    expect(screen.queryByRole('heading', { name: 'Anmerkung, nur auf Englisch' })).toBeNull();
  });

  it('marks a value that it has no German words for as English', async () => {
    await showIn('de');
    await openPage({ habitat: ['the far side of the moon'] });
    expect(screen.getByText('the far side of the moon').lang).toBe('en');
  });

  it('offers a search where there is no such species', async () => {
    renderPage('/species/boletus-imaginarius');
    const search = await screen.findByRole('link', { name: /boletus imaginarius/ });
    expect(search.getAttribute('href')).toBe('/species?q=boletus%20imaginarius');
  });
});
