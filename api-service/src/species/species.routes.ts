import { Router } from 'express';
import { checked, methodNotAllowed, Problem } from '../problems.ts';
import type { LicensedPhoto } from './licensed-photos.ts';
import { speciesQuerySchema } from './species.schema.ts';
import type { SpeciesCatalogue } from './species.service.ts';

export interface SpeciesRouteParts {
  catalogue: SpeciesCatalogue;
  licensedPhotos: readonly LicensedPhoto[];
  /** Folder that the photos' paths are relative to. */
  photoDirectory: string;
}

export function speciesRoutes({ catalogue, licensedPhotos, photoDirectory }: SpeciesRouteParts): Router {
  const router = Router();

  router
    .route('/api/v1/species')
    .get((request, response) => {
      response.json(catalogue.page(checked(speciesQuerySchema, request.query, 'invalid_query')));
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/api/v1/species/:slug')
    .get((request, response) => {
      const { slug } = request.params;
      const detail = catalogue.detail(slug);
      if (detail) return void response.json(detail);
      const current = catalogue.currentSlug(slug);
      if (!current) throw new Problem('species_not_found', { detail: 'The species table has no taxon of that name.' });
      response.redirect(301, `/api/v1/species/${current}`);
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/api/v1/common-names/:language')
    .get((request, response) => {
      const { language } = request.params;
      const names = catalogue.commonNamesIn(language);
      if (!names) throw new Problem('not_found', { detail: 'There are no common names in that language.' });
      response.json({ language, names });
    })
    .all(methodNotAllowed('GET, HEAD'));

  // Only what the list names is served: whatever else lies in the folder has no licence to show.
  const paths = new Map(licensedPhotos.map(({ file, path }) => [file, path]));
  router
    .route('/api/v1/photos/:file')
    .get((request, response, next) => {
      const path = paths.get(request.params.file);
      if (!path) throw new Problem('not_found');
      response.sendFile(path, { root: photoDirectory, immutable: true, maxAge: '1y' }, (error) => error && next(error));
    })
    .all(methodNotAllowed('GET, HEAD'));

  return router;
}
