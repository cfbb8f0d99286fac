import { readExperiments } from '@mushroom/models/bundle/experiment';
import { Router } from 'express';
import { methodNotAllowed } from '../problems.ts';
import type { ExperimentList } from './experiments.schema.ts';

/** The leaderboard: chosen by `val`, as models are; `field` only reports. */
export function experimentRoutes(directory: string): Router {
  const router = Router();
  router
    .route('/api/v1/experiments')
    .get(async (_request, response) => {
      const experiments = await readExperiments(directory);
      experiments.sort((a, b) => (b.figures.valTop1 ?? -1) - (a.figures.valTop1 ?? -1));
      response.json({ experiments } satisfies ExperimentList);
    })
    .all(methodNotAllowed('GET, HEAD'));
  return router;
}
