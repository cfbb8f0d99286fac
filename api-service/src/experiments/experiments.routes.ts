import { readLeaderboard } from '@mushroom/recognition/bundle/experiment';
import { Router } from 'express';
import { methodNotAllowed } from '../problems.ts';
import type { ExperimentList } from './experiments.schema.ts';

/** The leaderboard: chosen by `val`, as models are; the test only reports. */
export function experimentRoutes(leaderboard: string): Router {
  const router = Router();
  router
    .route('/api/v1/experiments')
    .get(async (_request, response) => {
      response.json((await readLeaderboard(leaderboard)) satisfies ExperimentList);
    })
    .all(methodNotAllowed('GET, HEAD'));
  return router;
}
