import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';
import packageJson from '../../package.json' with { type: 'json' };

/** Addresses that belong to the service, not to the page's own router. */
const SERVICE = /^\/(api|v2|predict|best_model|livez|readyz|startupz|metrics)(\/|$)/;

/**
 * The built page, where there is one: its files, and index.html for every address that the page routes itself.
 * Without one, `/` says what runs here.
 * @param directory holds the page's index.html, or nothing.
 */
export function pageRoutes(directory: string, revision: string): Router {
  const router = Router();
  if (!existsSync(path.join(directory, 'index.html'))) {
    router.get('/', (_request, response) => {
      response.json({
        service: 'mushroom-identifier',
        version: packageJson.version,
        revision,
        links: {
          docs: '/api/docs',
          openapi: '/api/openapi.json',
          species: '/api/v1/species',
          models: '/api/v1/models',
        },
      });
    });
    return router;
  }
  // The build puts a hash of the content into the names under assets/.
  router.use(
    '/assets',
    express.static(path.join(directory, 'assets'), { immutable: true, maxAge: '1y', index: false }),
  );
  router.use(express.static(directory, { index: false, maxAge: '1h' }));
  router.get('/{*path}', (request, response, next) => {
    const isFile = path.extname(request.path) !== '';
    if (isFile || SERVICE.test(request.path) || !request.accepts('html')) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory });
  });
  return router;
}
