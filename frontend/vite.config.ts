import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstScreen } from './first-screen.plugin.ts';
import { precacheManifest } from './precache.plugin.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const SERVICE_WORKER = 'service-worker.js';

const { plugin: firstScreenPlugin, onClasses } = firstScreen();

export default defineConfig({
  plugins: [react(), firstScreenPlugin, precacheManifest(SERVICE_WORKER)],
  css: { modules: { getJSON: onClasses } },
  resolve: {
    // The species table is parsed in the browser too.
    alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' },
  },
  worker: { format: 'es' },
  build: {
    // The service's Content-Security-Policy has no `data:` for fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here('index.html'), 'service-worker': here('src/offline/service-worker.ts') },
      output: {
        codeSplitting: {
          // What the first page needs is one file: each more waits for the network once more.
          groups: [
            {
              name: 'first-page',
              tags: ['$initial'],
              test: (id) => !/workbox|service-worker|node_modules.idb./.test(id),
            },
          ],
        },
        // A service worker must keep its address for ever.
        entryFileNames: ({ name }) => (name === 'service-worker' ? SERVICE_WORKER : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: {
    // In development the page comes from here and everything else from the running service.
    proxy: { '/api': 'http://localhost:8080' },
  },
});
