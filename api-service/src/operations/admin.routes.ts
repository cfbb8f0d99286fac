import { createHash, timingSafeEqual } from 'node:crypto';
import express, { Router, type RequestHandler } from 'express';
import type { ServedModel } from '../models/served-model.ts';
import { checked, methodNotAllowed, Problem } from '../problems.ts';
import { aliasMoveSchema, type ModelStatus } from './admin.schema.ts';

/** A label and a version are short; nothing else is sent. */
const BODY_BYTES = 1024;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Lets in who shows the token, as `Authorization: Bearer …`. */
function requireToken(token: string): RequestHandler {
  const expected = digest(token);
  return (request, _response, next) => {
    const shown = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    // Digests are of one length, and compared in one time, whatever was shown.
    if (token !== '' && timingSafeEqual(digest(shown), expected)) return next();
    request.log.warn({ audit: 'refused' }, 'admin request without the token');
    throw new Problem('unauthorized', { authenticate: 'Bearer realm="admin"' });
  };
}

function statusOf(served: ServedModel): ModelStatus {
  const { name, pinned, labels, previous, loaded, refused } = served.status();
  return {
    name,
    pinned,
    labels,
    previous,
    loaded: loaded.map(({ version, labels: names, engine, requests }) => {
      const { state, backend, ready, workers, restarts } = engine.status();
      return {
        version,
        labels: names,
        state,
        backend,
        workers: { ready: ready.length, total: workers, restarts },
        requests,
      };
    }),
    refused,
  };
}

/** What an operator does with the served model, for a port that the public does not reach. */
export function adminRoutes(served: ServedModel, token: string): Router {
  const router = Router();
  const readJson: RequestHandler[] = [
    (request, _response, next) => {
      if (!request.is('application/json')) throw new Problem('not_json');
      next();
    },
    express.json({ limit: BODY_BYTES }),
  ];
  const checkName: RequestHandler<{ name: string }> = (request, _response, next) => {
    if (request.params.name !== served.bundle.name) throw new Problem('model_not_found');
    next();
  };
  router.use(requireToken(token));

  router
    .route('/admin/v1/models')
    .get((_request, response) => void response.json({ models: [statusOf(served)] }))
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/admin/v1/models/:name')
    .get(checkName, (_request, response) => void response.json(statusOf(served)))
    .all(methodNotAllowed('GET, HEAD'));

  router
    // The second is what the first was called; it is still answered for one release.
    .route(['/admin/v1/models/:name/aliases', '/admin/v1/models/:name/labels'])
    .post(checkName, ...(readJson as RequestHandler<{ name: string }>[]), async (request, response) => {
      const { alias, version } = checked(aliasMoveSchema, request.body, 'invalid_field');
      request.log.info({ audit: 'move_alias', alias, version }, 'asked to move an alias');
      await served.setLabel(alias, version, `request ${String(request.id)}`);
      response.json(statusOf(served));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/admin/v1/models/:name/reload')
    .post(checkName, async (request, response) => {
      request.log.info({ audit: 'reload' }, 'asked to look at the registry');
      await served.reload({ again: true });
      response.json(statusOf(served));
    })
    .all(methodNotAllowed('POST'));

  return router;
}
