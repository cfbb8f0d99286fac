import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';

export interface HttpServer {
  server: Server;
  /** Takes no more connections, and ends each as soon as it has its answer. */
  close(): Promise<void>;
}

/**
 * A server that leaves it to the client to close idle connections. A request may meet a connection that the server is
 * just closing; the client can't tell whether it was worked on, and a proxy answers 502. So who reuses connections has
 * to be the one that closes them, and idle times rise from the client to the service.
 */
export function createHttpServer(
  listener: RequestListener,
  { KEEP_ALIVE_TIMEOUT_MS, UPLOAD_TIMEOUT_MS }: Pick<Config, 'KEEP_ALIVE_TIMEOUT_MS' | 'UPLOAD_TIMEOUT_MS'>,
): HttpServer {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      requestTimeout: UPLOAD_TIMEOUT_MS,
      // How often time-outs are looked for; every 30 s, they are that much longer.
      connectionsCheckingInterval: 1000,
    },
    listener,
  );
  // As an option it could not exceed the request's time-out, which ends slow heads as well.
  server.headersTimeout = KEEP_ALIVE_TIMEOUT_MS + 1000;

  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const answers = new Set<ServerResponse>();
  server.on('request', (_request, answer) => {
    answers.add(answer);
    answer.once('close', () => answers.delete(answer));
  });

  return {
    server,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const answer of answers) if (!answer.headersSent) answer.setHeader('Connection', 'close');
      // The head of the others has promised to keep the connection.
      server.keepAliveTimeout = 1;
      server.closeIdleConnections();
      // Browsers open connections ahead of need. Node counts one that has not asked for anything as busy, not as idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      await closed;
    },
  };
}
