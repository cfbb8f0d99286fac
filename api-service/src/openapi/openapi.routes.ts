import { createRequire } from 'node:module';
import path from 'node:path';
import express, { Router } from 'express';
import { methodNotAllowed } from '../problems.ts';
import { openApiDocument } from './openapi.document.ts';

const swaggerUi = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ASSETS = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png']);

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Mushroom identifier: API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="icon" href="/api/docs/favicon-32x32.png">
  </head>
  <body>
    <main id="swagger-ui"><p>This page needs JavaScript. <a href="/api/openapi.json">The description itself</a> does not.</p></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

// A file of its own: the content security policy lets no inline script run.
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', validatorUrl: null, deepLinking: true });
`;

export function openApiRoutes(): Router {
  const router = Router();
  const document = openApiDocument();

  router
    .route('/api/openapi.json')
    .get((_request, response) => void response.json(document))
    .all(methodNotAllowed('GET, HEAD'));
  router
    .route('/api/docs')
    .get((_request, response) => void response.type('html').send(PAGE))
    .all(methodNotAllowed('GET, HEAD'));
  router.get('/api/docs/start.js', (_request, response) => void response.type('js').send(START));
  const assets = express.static(swaggerUi, { index: false, maxAge: '1h' });
  router.use('/api/docs', (request, response, next) =>
    ASSETS.has(request.path) ? assets(request, response, next) : next(),
  );

  return router;
}
