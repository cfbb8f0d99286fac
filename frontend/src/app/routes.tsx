import type { RouteObject } from 'react-router';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';
import { fetchWordsOf } from '../language/language.ts';
import { Opening } from './Opening.tsx';
import { BrokenPage } from './BrokenPage.tsx';
import { IdentifyRoute } from './IdentifyRoute.tsx';
import { Shell } from './Shell.tsx';

/**
 * What is at which address. Everything but the first page is fetched when it is asked for. Made again for each router:
 * a router notes in them what it has fetched.
 */
export const newRoutes = (): RouteObject[] => [
  {
    path: '/',
    Component: Shell,
    HydrateFallback: Opening,
    children: [
      {
        ErrorBoundary: BrokenPage,
        children: [
          { index: true, Component: IdentifyRoute },
          {
            path: 'species',
            lazy: {
              Component: async () =>
                (await inTime(import('../features/species/SpeciesListPage.tsx'), CODE_WITHIN)).SpeciesListPage,
            },
          },
          {
            path: 'species/:slug',
            lazy: {
              Component: async () => {
                const page = inTime(import('../features/species/SpeciesPage.tsx'), CODE_WITHIN);
                return (await Promise.all([page, fetchWordsOf('terms')]))[0].SpeciesPage;
              },
            },
          },
          {
            path: 'finds',
            lazy: {
              Component: async () => (await inTime(import('../features/finds/FindsPage.tsx'), CODE_WITHIN)).FindsPage,
            },
          },
          {
            path: 'answer',
            lazy: {
              Component: async () => (await inTime(import('./SharedAnswerRoute.tsx'), CODE_WITHIN)).SharedAnswerRoute,
            },
          },
          {
            path: 'trust',
            lazy: {
              Component: async () => (await inTime(import('../features/trust/TrustPage.tsx'), CODE_WITHIN)).TrustPage,
            },
          },
          {
            path: 'models',
            lazy: {
              Component: async () => {
                const page = inTime(import('../features/models/ModelsPage.tsx'), CODE_WITHIN);
                return (await Promise.all([page, fetchWordsOf('models')]))[0].ModelsPage;
              },
            },
          },
          {
            path: 'poison-help',
            lazy: {
              Component: async () =>
                (await inTime(import('../features/poison-help/PoisonHelpPage.tsx'), CODE_WITHIN)).PoisonHelpPage,
            },
          },
          {
            path: '*',
            lazy: { Component: async () => (await inTime(import('./NotFoundPage.tsx'), CODE_WITHIN)).NotFoundPage },
          },
        ],
      },
    ],
  },
];
