import { Workbox } from 'workbox-window';

/**
 * Registers the service worker once the page has loaded.
 * @param onUpdate called when a new version of the page is ready, with how to change to it: that reloads the page.
 */
export async function registerServiceWorker(onUpdate: (change: () => void) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const worker = new Workbox('/service-worker.js');
  worker.addEventListener('waiting', () =>
    onUpdate(() => {
      worker.addEventListener('controlling', () => window.location.reload());
      worker.messageSkipWaiting();
    }),
  );
  await worker.register();
}
