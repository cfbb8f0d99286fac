// @ts-check
// `npm start`: from a bare clone to the running app.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildStale } from './build.js';
import { reportingFailures } from './failure.js';
import { installMissing } from './install.js';
import { requireSupportedNode } from './node-version.js';
import { requireFreePort } from './port.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

requireSupportedNode();
await reportingFailures(async () => {
  process.env.PORT ||= '8080';
  process.env.NODE_ENV ||= 'production';
  // A line of JSON a request is for operators; LOG_LEVEL=info brings it back.
  process.env.LOG_LEVEL ||= 'warn';
  const port = Number(process.env.PORT);
  await requireFreePort(port);
  await installMissing(root);
  await buildStale(root);
  console.log('Starting the service and loading the model …');
  // The service takes this process over, so that signals and its exit code need no forwarding.
  await import(pathToFileURL(path.join(root, 'api-service/dist/main.js')).href);
  const serving = await whenReady(port);
  if (!serving) return;
  console.log(`Serving ${serving.model.name} ${serving.model.version} on the ${serving.backend} backend.`);
  console.log(`\nOpen http://localhost:${port}   (Ctrl+C stops it)\n`);
});

/**
 * @param {number} port
 * @returns {Promise<{ model: { name: string, version: string }, backend: string } | null>} what /readyz says once it
 *   is ready; null where the service was stopped before.
 */
async function whenReady(port) {
  for (;;) {
    const answer = await fetch(`http://localhost:${port}/readyz`).catch(() => null);
    if (!answer) return null;
    if (answer.ok) return /** @type {any} */ (await answer.json());
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
