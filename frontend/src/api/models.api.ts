import { queryOptions } from '@tanstack/react-query';
import type { ExperimentList } from '@mushroom/api-service/experiments/experiments.schema';
import type { ModelList, ModelVersion } from '@mushroom/api-service/models/models.schema';
import { ApiProblem } from './problem.ts';
import { fetchJson } from './fetch-json.ts';

export interface VersionName {
  name: string;
  version: string;
  served: boolean;
}

/** Every version that the service knows, the newest first: `GET /api/v1/models`. */
export const modelVersionsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }): Promise<VersionName[]> => {
    const { models } = await fetchJson<ModelList>('/api/v1/models', signal);
    return models.flatMap(({ name, versions }) =>
      versions
        .map(({ version, served }) => ({ name, version, served }))
        .sort((a, b) => Number(b.version) - Number(a.version)),
    );
  },
});

/** What a version says of itself: `GET /api/v1/models/{name}/versions/{version}`. */
export function modelVersionQuery({ name, version }: Pick<VersionName, 'name' | 'version'>) {
  return queryOptions({
    queryKey: ['models', name, version],
    queryFn: ({ signal }) =>
      fetchJson<ModelVersion>(
        `/api/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`,
        signal,
      ),
  });
}

/** The version that answers now, with its evaluation. */
export const servedModelQuery = queryOptions({
  queryKey: ['models', 'served'],
  queryFn: async ({ client }) => {
    const served = (await client.fetchQuery(modelVersionsQuery)).find((version) => version.served);
    if (served) return client.fetchQuery(modelVersionQuery(served));
    throw new ApiProblem({ code: 'no_served_model', status: 404, title: 'no_served_model' });
  },
});

/** Training runs and what they reached, best first: `GET /api/v1/experiments`. */
export const experimentsQuery = queryOptions({
  queryKey: ['experiments'],
  queryFn: async ({ signal }) => (await fetchJson<ExperimentList>('/api/v1/experiments', signal)).experiments,
});
