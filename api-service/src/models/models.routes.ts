import { Router } from 'express';
import { methodNotAllowed, Problem } from '../problems.ts';
import type { ModelCatalogue } from './models.service.ts';

export function modelRoutes(models: ModelCatalogue): Router {
  const router = Router();

  router
    .route('/api/v1/models')
    .get(async (_request, response) => void response.json(await models.list()))
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/api/v1/models/:name/versions/:version')
    .get(async (request, response) => {
      const { name, version } = request.params;
      const facts = await models.version(name, version);
      if (!facts) throw new Problem('model_not_found');
      response.json(facts);
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/api/v1/models/:name/versions/:version/plots/:file')
    .get(async (request, response, next) => {
      const { name, version, file } = request.params;
      const plot = await models.file(name, version, `plots/${file}`);
      if (!plot) throw new Problem('not_found');
      response.sendFile(plot.file, { root: plot.root, immutable: true, maxAge: '1y' }, (error) => error && next(error));
    })
    .all(methodNotAllowed('GET, HEAD'));

  // What a browser needs to run the model itself. A version never changes, so its files are kept for ever.
  router
    .route('/api/v1/models/:name/versions/:version/files/*path')
    .get(async (request, response, next) => {
      const { name, version, path } = request.params;
      const listed = await models.file(name, version, path.join('/'));
      if (!listed) throw new Problem('not_found');
      const { file, root } = listed;
      response.sendFile(file, { root, immutable: true, maxAge: '1y' }, (error) => error && next(error));
    })
    .all(methodNotAllowed('GET, HEAD'));

  return router;
}
