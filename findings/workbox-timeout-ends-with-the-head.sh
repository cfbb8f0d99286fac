#!/usr/bin/env bash
# Workbox's NetworkFirst falls back to its cache after `networkTimeoutSeconds`, but only as long as no head of an answer has
# come. Where a network gives the head and then nothing more, the page gets that answer, whose body never ends, although
# the same answer is in the cache. (Same with no head at all and an empty cache: then it waits without a limit.)
#
# Seen with workbox-strategies 7.4.1 on Node's fetch. Ends with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund workbox-strategies@7.4.1 workbox-core@7.4.1
cat >strategy.mjs <<'JS'
import { createServer } from 'node:http';

// What a service worker has beside Node's fetch: itself, and a cache that holds an earlier answer.
globalThis.self = globalThis;
globalThis.registration = { scope: 'http://localhost/' };
let kept = true;
const cache = {
  match: async () => (kept ? new Response('earlier') : undefined),
  put: async () => undefined,
};
globalThis.caches = { open: async () => cache, match: cache.match };
globalThis.FetchEvent = class {};
const { NetworkFirst } = await import('workbox-strategies');

const server = createServer((request, response) => {
  if (request.url === '/head-only') response.writeHead(200, { 'content-length': '100' }).write('the first bytes');
});
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const SECOND = 1000;
const within = (promise, ms) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, 'nothing'))]);

/** What a page reads in three times the limit. */
async function read(path) {
  const request = new Request(`http://127.0.0.1:${server.address().port}${path}`);
  const strategy = new NetworkFirst({ cacheName: 'facts', networkTimeoutSeconds: 1 });
  const [answer, done] = strategy.handleAll({ request, event: { waitUntil() {} } });
  answer.catch(() => {});
  done.catch(() => {});
  return within(answer.then((response) => response.text()), 3 * SECOND);
}

const seen = { silent: await read('/silent'), headOnly: await read('/head-only') };
kept = false;
seen.silentWithoutCache = await read('/silent');
console.log(`no head, answer kept:    ${seen.silent}`);
console.log(`head only, answer kept:  ${seen.headOnly}`);
console.log(`no head, nothing kept:   ${seen.silentWithoutCache}`);
const asSeen = seen.silent === 'earlier' && seen.headOnly === 'nothing' && seen.silentWithoutCache === 'nothing';
process.exit(asSeen ? 0 : 1);
JS
NODE_ENV=production node strategy.mjs
