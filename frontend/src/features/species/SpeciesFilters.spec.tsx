// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { showIn } from '../../language/language.ts';
import type { SpeciesFilter } from './species-list.api.ts';
import { SpeciesFilters } from './SpeciesFilters.tsx';

const EMPTY: SpeciesFilter = { q: '', toxicity: '', family: '', month: '', page: 1 };

afterEach(cleanup);

async function open() {
  await showIn('en');
  const told: (string | undefined)[] = [];
  const filters = (q: string) => (
    <SpeciesFilters filter={{ ...EMPTY, q }} families={[]} onChange={(change) => told.push(change.q)} />
  );
  const { rerender } = render(filters(''));
  const input = screen.getByLabelText<HTMLInputElement>(/Name, in Latin/);
  return {
    told,
    input,
    type: (value: string) => fireEvent.change(input, { target: { value } }),
    show: (q: string) => rerender(filters(q)),
  };
}

describe('the input for a name', () => {
  it('keeps what is typed on while the search for its first letters comes about', async () => {
    const { told, input, type, show } = await open();
    type('death');
    await waitFor(() => expect(told).toContain('death'));
    type('death cap');
    show('death');
    expect(input.value).toBe('death cap');
  });

  it('follows the address where that changes otherwise', async () => {
    const { told, input, type, show } = await open();
    type('death cap');
    await waitFor(() => expect(told).toContain('death cap'));
    show('death cap');
    show('');
    expect(input.value).toBe('');
    show('death cap');
    expect(input.value).toBe('death cap');
  });
});
