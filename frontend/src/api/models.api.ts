import { queryOptions } from '@tanstack/react-query';
import type { ModelList, ModelVersion } from '@mushroom/api-service/models/models.schema';
import { ApiProblem } from './problem.ts';
import { fetchJson } from './fetch-json.ts';

/** The version that answers now, with its evaluation: `GET /api/v1/models`, then the served version's own address. */
export const servedModelQuery = queryOptions({
  queryKey: ['models', 'served'],
  queryFn: async ({ signal }) => {
    const { models } = await fetchJson<ModelList>('/api/v1/models', signal);
    for (const { name, versions } of models) {
      const served = versions.find((version) => version.served);
      if (served) {
        const path = `/api/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(served.version)}`;
        return fetchJson<ModelVersion>(path, signal);
      }
    }
    throw new ApiProblem({ code: 'no_served_model', status: 404, title: 'The service names no model that it serves' });
  },
});
