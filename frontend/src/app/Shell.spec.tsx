// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeService } from '../testing/fake-service.ts';
import { renderPage } from '../testing/render-page.tsx';

let service: FakeService;

beforeEach(async () => {
  service = await FakeService.start();
});

afterEach(async () => {
  cleanup();
  await service.stop();
});

describe('every page', () => {
  it.each(['/', '/species', '/trust', '/models', '/finds', '/answer', '/poison-help', '/no/such/page'])(
    'has landmarks, one first heading and poison help: %s',
    async (address) => {
      renderPage(address);
      await screen.findByRole('heading', { level: 1 });
      expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
      expect(screen.getByRole('main')).toBeTruthy();
      expect(screen.getByRole('navigation', { name: 'Main' })).toBeTruthy();
      const help = within(screen.getByRole('complementary', { name: 'Poison help' }));
      expect(help.getByRole('link', { name: /what to do/i }).getAttribute('href')).toBe('/poison-help');
    },
  );

  it('takes the reader to a new page’s content', async () => {
    const { user } = renderPage('/');
    await user.click(screen.getByRole('link', { name: 'How far to trust this' }));
    await screen.findByRole('heading', { level: 1, name: 'How far to trust this' });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('main')));
  });

  it('is read in German where that is chosen', async () => {
    const { user } = renderPage('/');
    await user.selectOptions(screen.getByLabelText('Language'), 'Deutsch');
    expect(await screen.findByRole('heading', { level: 1, name: 'Welcher Pilz ist das?' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('de');
    await user.selectOptions(screen.getByLabelText('Sprache'), 'English');
    expect(await screen.findByRole('heading', { level: 1, name: 'Which mushroom is this?' })).toBeTruthy();
  });

  it('says so where there is no such page', async () => {
    renderPage('/no/such/page');
    expect(await screen.findByText('There is no page at this address.')).toBeTruthy();
  });
});
