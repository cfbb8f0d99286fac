/// <reference lib="webworker" />
import { clientsClaim } from 'workbox-core';
import { ExpirationPlugin } from 'workbox-expiration';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkFirst } from 'workbox-strategies';

// Makes the page work without a connection: its own files from the time of the first visit on, the facts and photos of
// species once they were looked at. The model is no business of this worker: it is fetched when somebody asks for it.

declare const self: ServiceWorkerGlobalScope & {
  /** Put in by the build: every file of the page. */
  __WB_MANIFEST: PrecacheEntry[];
};

/** Addresses that belong to the service, not to the page's own router. */
const SERVICE = /^\/(api|v2|predict|best_model|livez|readyz|startupz|metrics)(\/|$)/;

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [SERVICE] }));

registerRoute(
  ({ url }) => /^\/api\/v1\/(species(\/|$)|common-names\/|models($|\/[^/]+\/versions\/[^/]+$))/.test(url.pathname),
  new NetworkFirst({ cacheName: 'facts', plugins: [new ExpirationPlugin({ maxEntries: 200 })] }),
);
registerRoute(
  ({ url }) => url.pathname.startsWith('/api/v1/photos/'),
  new CacheFirst({ cacheName: 'photos', plugins: [new ExpirationPlugin({ maxEntries: 200 })] }),
);

// A new version waits until the person agrees: code must not change under a page that is being used.
self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if ((data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
clientsClaim();
