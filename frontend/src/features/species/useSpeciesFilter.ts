import { useSearchParams } from 'react-router';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import type { SpeciesFilter } from './species-list.api.ts';

/** The filter, kept in the address, so that a list can be linked to and the back button works. */
export function useSpeciesFilter(): [SpeciesFilter, (change: Partial<SpeciesFilter>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const toxicity = VERDICTS.find((verdict) => verdict === parameters.get('toxicity')) ?? '';
  const month = Number(parameters.get('month'));
  const page = Number(parameters.get('page'));
  const filter: SpeciesFilter = {
    q: parameters.get('q') ?? '',
    toxicity,
    family: parameters.get('family') ?? '',
    month: Number.isInteger(month) && month >= 1 && month <= 12 ? String(month) : '',
    page: Number.isInteger(page) && page > 1 ? page : 1,
  };

  function change(part: Partial<SpeciesFilter>) {
    // Another filter starts at its first page.
    const next = { ...filter, page: 1, ...part };
    const kept = Object.entries(next).filter(([key, value]) => value !== '' && !(key === 'page' && value === 1));
    setParameters(
      kept.map(([key, value]) => [key, String(value)] as [string, string]),
      { replace: part.page === undefined, preventScrollReset: part.page === undefined },
    );
  }

  return [filter, change];
}
