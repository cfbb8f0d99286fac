import { queryOptions } from '@tanstack/react-query';
import type { CommonNamesResponse } from '@mushroom/api-service/species/species.schema';
import { fetchJson } from './fetch-json.ts';

/** Scientific name → common name, of a language: `GET /api/v1/common-names/{language}`. */
export function commonNamesQuery(language: string) {
  return queryOptions({
    queryKey: ['common-names', language],
    queryFn: async ({ signal }) =>
      (await fetchJson<CommonNamesResponse>(`/api/v1/common-names/${encodeURIComponent(language)}`, signal)).names,
    // They change with a new version of the service only.
    staleTime: Infinity,
  });
}
