import type { IncomingMessage } from 'node:http';

/** The path that a client asked for, whichever router it has come to, without the query. */
export function pathOf(request: IncomingMessage): string {
  const address = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '';
  return address.split('?', 1)[0]!;
}
