import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is where it is text. */
  body: unknown;
  /** Sends the head and half of the body, and then nothing more: a network that carries nothing from there on. */
  stalls?: true;
}

export interface Received {
  method: string;
  /** Path and query. */
  path: string;
  /** The body, byte for byte as latin1 text. */
  body: string;
}

/** No answer comes, and the connection stays. */
export const NEVER = new Promise<never>(() => undefined);

type Answer = (request: Received) => Reply | undefined | Promise<Reply | undefined>;

/**
 * The service at the other end of a real connection: components are tested through the browser's own network calls.
 * It answers with what `answer` returns, 404 where that is nothing; where that is `NEVER`, it takes all and is silent.
 */
export class FakeService {
  readonly received: Received[] = [];
  answer: Answer = () => undefined;
  /** Those of which nothing more comes. */
  private readonly silent = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {}

  /** Starts it and makes it the origin that the page's addresses are relative to. */
  static async start(): Promise<FakeService> {
    const server = createServer();
    const service = new FakeService(server);
    server.on('request', async (request, response) => {
      const received = { method: request.method ?? '', path: request.url ?? '', body: await bodyOf(request) };
      service.received.push(received);
      const given = service.answer(received);
      if (given === NEVER) return void service.silent.add(response);
      const reply = (await given) ?? {
        status: 404,
        body: { title: 'Nothing here', code: 'not_found' },
      };
      const isText = typeof reply.body === 'string';
      response.writeHead(reply.status ?? 200, {
        // Kept-alive connections would be cut off, noisily, when a test ends.
        connection: 'close',
        'content-type': isText ? 'text/html' : 'application/json',
        ...reply.headers,
      });
      const body = isText ? (reply.body as string) : JSON.stringify(reply.body);
      if (!reply.stalls) return void response.end(body);
      response.write(body.slice(0, body.length / 2));
      service.silent.add(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    happyDom().setURL(`http://127.0.0.1:${port}/`);
    return service;
  }

  /** One more byte of every answer that stalls. */
  drip(): void {
    for (const response of this.silent) response.write(' ');
  }

  /** Ends it once what is in flight is answered, if it ever is; later requests find nobody. */
  async stop(): Promise<void> {
    for (const response of this.silent) response.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

function happyDom(): { setURL(url: string): void } {
  return (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM;
}
