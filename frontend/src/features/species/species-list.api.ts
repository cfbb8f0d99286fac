import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { SpeciesPage } from '@mushroom/api-service/species/species.schema';
import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';
import { fetchJson } from '../../api/fetch-json.ts';

export interface SpeciesFilter {
  q: string;
  toxicity: Verdict | '';
  family: string;
  /** 1–12, or empty. */
  month: string;
  page: number;
}

/** A page of the species that fit: `GET /api/v1/species`. */
export function speciesListQuery(filter: SpeciesFilter) {
  const parameters = new URLSearchParams(
    Object.entries(filter)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [key, String(value)]),
  );
  return queryOptions({
    queryKey: ['species-list', filter],
    queryFn: ({ signal }) => fetchJson<SpeciesPage>(`/api/v1/species?${parameters}`, signal),
    // The list stays while the next one comes: an empty page at every keystroke would flicker.
    placeholderData: keepPreviousData,
  });
}
