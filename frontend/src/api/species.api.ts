import { queryOptions } from '@tanstack/react-query';
import type { SpeciesDetail } from '@mushroom/api-service/species/species.schema';
import { fetchJson } from './fetch-json.ts';

/** One taxon's facts and licensed photos: `GET /api/v1/species/{slug}`. */
export function speciesQuery(slug: string) {
  return queryOptions({
    queryKey: ['species', slug],
    queryFn: ({ signal }) => fetchJson<SpeciesDetail>(`/api/v1/species/${encodeURIComponent(slug)}`, signal),
  });
}
