import { queryOptions } from '@tanstack/react-query';
import type { Bundle } from '@mushroom/recognition/bundle/bundle.schema';
import type { ModelList } from '@mushroom/api-service/models/models.schema';
import { fetchJson } from '../api/fetch-json.ts';
import { bytesOnDevice, fileAddress } from './model-cache.ts';

/** What the service serves now: which version, and how many bytes the device would fetch to run it. Null: nothing. */
export const servedModelSizeQuery = queryOptions({
  queryKey: ['models', 'served', 'size'],
  queryFn: async ({ signal }) => {
    const { models } = await fetchJson<ModelList>('/api/v1/models', signal);
    for (const { name, versions } of models) {
      const served = versions.find((version) => version.served);
      if (!served) continue;
      const model = { name, version: served.version };
      const bundle = await fetchJson<Bundle>(fileAddress(model, 'bundle.json'), signal);
      return { model, bytes: bytesOnDevice(bundle) };
    }
    return null;
  },
});
