// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import centres from './poison-centres.json';

beforeEach(() => {
  localStorage.clear();
  // The chosen region is kept for the visit: each test is a visit of its own.
  vi.resetModules();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function open(language: string) {
  vi.spyOn(navigator, 'language', 'get').mockReturnValue(language);
  const { showIn } = await import('../../language/language.ts');
  await showIn('en');
  const { PoisonHelp } = await import('./PoisonHelp.tsx');
  render(<PoisonHelp />);
}

const hrefs = () => screen.getAllByRole('link').map((link) => link.getAttribute('href'));

describe('poison help', () => {
  it('starts with the region that the browser’s language names', async () => {
    await open('en-US');
    expect(screen.getByRole('link', { name: '1-800-222-1222' }).getAttribute('href')).toBe('tel:18002221222');
    expect(hrefs()).toContain('tel:911');
  });

  it('points to a directory where nothing tells the region', async () => {
    await open('en');
    expect(hrefs()).toContain(centres.elsewhere);
    expect(screen.getByText(/local emergency number/)).toBeTruthy();
  });

  it('remembers the region that was chosen', async () => {
    await open('en-US');
    await userEvent.selectOptions(screen.getByLabelText('Where are you?'), 'Switzerland');
    expect(screen.getByRole('link', { name: '145' })).toBeTruthy();
    cleanup();
    vi.resetModules();
    await open('en-US');
    expect(screen.getByRole('link', { name: '145' })).toBeTruthy();
  });

  it('works where the browser keeps nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await open('en-US');
    await userEvent.selectOptions(screen.getByLabelText('Where are you?'), 'New Zealand');
    expect(screen.getByRole('link', { name: '0800 764 766' })).toBeTruthy();
  });

  it('tells to call at once and what not to do', async () => {
    await open('en-US');
    expect(screen.getByText(/Do not wait for signs of illness/)).toBeTruthy();
    expect(screen.getByText(/Do not make anyone vomit/)).toBeTruthy();
  });
});

describe('the list of poison centres', () => {
  it.each(centres.regions)('has for $name an emergency number, a line to call and a source', (region) => {
    expect(region.emergency).toMatch(/^\d{2,3}$/);
    expect(region.lines.length).toBeGreaterThan(0);
    for (const { number } of region.lines) expect(number).toMatch(/^[\d -]{3,}$/);
    expect(region.source).toMatch(/^https?:/);
  });
});
