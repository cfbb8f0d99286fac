import type { Verdict } from '@mushroom/recognition/taxonomy/taxon';
import { Router, type Response } from 'express';
import { identificationHandlers, type IdentificationRouteParts } from '../identifications/identifications.routes.ts';
import type { IdentificationResponse } from '../identifications/identifications.schema.ts';
import { methodNotAllowed } from '../problems.ts';
import type { BestModel, Prediction } from './legacy-v0.schema.ts';

const POISONOUS: readonly Verdict[] = ['deadly', 'poisonous', 'psychoactive'];

export function predictionOf(identification: IdentificationResponse): Prediction {
  return {
    ...identification,
    prediction_label: identification.match?.taxon ?? identification.decision,
    prediction: identification.candidates.map(({ score }) => score),
    poisonous: POISONOUS.includes(identification.toxicity.verdict) ? true : null,
  };
}

/** Points to the address that replaces an alias (RFC 8288, RFC 5829). */
function succeededBy(response: Response, address: string): void {
  response.set('Link', `<${address}>; rel="successor-version"`);
}

/** Version 0 of the API, that of the app that the course built first: kept so that its pages and exercises go on working. */
export function legacyV0Routes(parts: IdentificationRouteParts): Router {
  const router = Router();

  router
    .route('/predict')
    .post(
      ...identificationHandlers('file', parts, (identification, _request, response) => {
        succeededBy(response, '/api/v1/identifications');
        response.json(predictionOf(identification));
      }),
    )
    .all(methodNotAllowed('POST'));

  router
    .route('/best_model')
    .get((_request, response) => {
      const { name, version, created } = parts.served.bundle;
      const url = `/api/v1/models/${name}/versions/${version}`;
      succeededBy(response, '/api/v1/models');
      const body: BestModel = {
        message: `${name} version ${version} is served`,
        model_details: { model_name: name, version, created, url },
      };
      response.json(body);
    })
    .all(methodNotAllowed('GET, HEAD'));

  return router;
}
