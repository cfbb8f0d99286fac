import type { RouteObject } from 'react-router';
import { Opening } from './Opening.tsx';
import { BrokenPage } from './BrokenPage.tsx';
import { IdentifyRoute } from './IdentifyRoute.tsx';
import { Shell } from './Shell.tsx';

/**
 * What is at which address. Everything but the first page is fetched when it is asked for. Made anew for each router:
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
              Component: async () => (await import('../features/species/SpeciesListPage.tsx')).SpeciesListPage,
            },
          },
          {
            path: 'species/:slug',
            lazy: { Component: async () => (await import('../features/species/SpeciesPage.tsx')).SpeciesPage },
          },
          {
            path: 'finds',
            lazy: { Component: async () => (await import('../features/finds/FindsPage.tsx')).FindsPage },
          },
          {
            path: 'answer',
            lazy: { Component: async () => (await import('./SharedAnswerRoute.tsx')).SharedAnswerRoute },
          },
          {
            path: 'trust',
            lazy: { Component: async () => (await import('../features/trust/TrustPage.tsx')).TrustPage },
          },
          {
            path: 'models',
            lazy: { Component: async () => (await import('../features/models/ModelsPage.tsx')).ModelsPage },
          },
          {
            path: 'poison-help',
            lazy: {
              Component: async () => (await import('../features/poison-help/PoisonHelpPage.tsx')).PoisonHelpPage,
            },
          },
          { path: '*', lazy: { Component: async () => (await import('./NotFoundPage.tsx')).NotFoundPage } },
        ],
      },
    ],
  },
];
