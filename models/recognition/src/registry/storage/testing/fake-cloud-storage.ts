import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHash, randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';

/** How a request is spoilt. */
export type Fault =
  /** Answered with this status, nothing done. */
  | { status: number }
  /** Done, but answered with this status: the answer got lost on its way. */
  | { statusAfter: number }
  /** The connection breaks once so many bytes of the body have come. */
  | { breakAfter: number }
  /** Dealt with only when this is settled. */
  | { waitFor: Promise<unknown> }
  /** This many bytes of the answer are sent, then the connection breaks. */
  | { breakAnswerAfter: number };

export interface FakeCloudStorage {
  /** Such as `http://127.0.0.1:40123`: the client's `apiEndpoint`. */
  url: string;
  /** Content by name, a bucket. */
  objects: Map<string, Map<string, StoredContent>>;
  /** Every request so far, as `METHOD /path?query`. */
  requests: string[];
  /** Spoils requests; looked at again for each, with what is sent as `METHOD /path?query`. */
  interfere: (request: string) => Fault | undefined;
  stop(): Promise<void>;
}

export interface StoredContent {
  bytes: Buffer;
  generation: number;
  /** Put together of parts: its MD5 is not known. */
  isComposite?: boolean;
}

interface Session {
  bucket: string;
  name: string;
  ifGenerationMatch: string | null;
  received: Buffer;
}

/** A problem as Cloud Storage words it. */
class ApiProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A Cloud Storage of this process: the part of the JSON API that the client uses for reading, listing, conditional
 * writing and resumable uploads (https://cloud.google.com/storage/docs/json_api/v1). The contract that the storages
 * are tested by holds against a real emulator as well.
 * @param buckets that there are; any other is answered 404.
 */
export async function startFakeCloudStorage(buckets: readonly string[]): Promise<FakeCloudStorage> {
  const objects = new Map(buckets.map((bucket) => [bucket, new Map<string, StoredContent>()]));
  const sessions = new Map<string, Session>();
  let generations = 1_700_000_000_000_000;

  const bucketOf = (name: string) => {
    const bucket = objects.get(name);
    if (!bucket) throw new ApiProblem(404, 'The specified bucket does not exist.');
    return bucket;
  };

  function put(bucketName: string, name: string, bytes: Buffer, ifGenerationMatch: string | null): object {
    const bucket = bucketOf(bucketName);
    if (ifGenerationMatch !== null && String(bucket.get(name)?.generation ?? 0) !== ifGenerationMatch) {
      throw new ApiProblem(412, 'At least one of the pre-conditions you specified did not hold.');
    }
    bucket.set(name, { bytes, generation: ++generations });
    return resource(bucketName, name, bucket.get(name)!);
  }

  async function answer(request: IncomingMessage, body: () => Promise<Buffer>): Promise<Answer> {
    const url = new URL(request.url!, fake.url);
    const query = url.searchParams;
    // STORAGE_EMULATOR_HOST makes the client leave out /storage/v1.
    const [, upload, bucketName = '', object] =
      /^(\/upload)?(?:\/storage\/v1)?\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(url.pathname) ?? [];
    const name = decodeURIComponent(object ?? query.get('name') ?? '');
    const action = `${request.method} ${upload ? 'upload' : object ? 'object' : 'list'}`;

    if (action === 'PUT upload') {
      const session = sessions.get(query.get('upload_id') ?? '');
      if (!session) throw new ApiProblem(404, 'No such upload.');
      if (/^bytes \*\//.test(request.headers['content-range'] ?? '')) {
        await body();
        const end = session.received.length;
        return { status: 308, headers: end > 0 ? { Range: `bytes=0-${end - 1}` } : {}, body: Buffer.alloc(0) };
      }
      session.received = Buffer.concat([session.received, await body()]);
      return json(put(session.bucket, session.name, session.received, session.ifGenerationMatch));
    }
    if (action === 'POST upload') {
      const condition = query.get('ifGenerationMatch');
      if (query.get('uploadType') === 'resumable') {
        await body();
        bucketOf(bucketName);
        const id = randomUUID();
        sessions.set(id, { bucket: bucketName, name, ifGenerationMatch: condition, received: Buffer.alloc(0) });
        const location = `${fake.url}${url.pathname}?uploadType=resumable&upload_id=${id}`;
        return { status: 200, headers: { Location: location }, body: Buffer.alloc(0) };
      }
      return json(put(bucketName, name, mediaOf(request, await body()), condition));
    }
    await body();
    const bucket = bucketOf(bucketName);
    if (action === 'GET list') {
      const names = [...bucket.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
      const from = Number(query.get('pageToken') ?? 0);
      const to = from + Number(query.get('maxResults') ?? 1000);
      const items = names.slice(from, to).map((key) => resource(bucketName, key, bucket.get(key)!));
      return json({ kind: 'storage#objects', items, ...(to < names.length && { nextPageToken: String(to) }) });
    }
    const content = bucket.get(name);
    if (!content) throw new ApiProblem(404, `No such object: ${bucketName}/${name}`);
    if (action === 'DELETE object') {
      bucket.delete(name);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    }
    if (action !== 'GET object') throw new ApiProblem(405, `${action} is not part of this fake`);
    if (query.get('alt') !== 'media') return json(resource(bucketName, name, content));
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/octet-stream',
        'X-Goog-Generation': String(content.generation),
        'X-Goog-Hash': `crc32c=${crc32cOf(content.bytes)}`,
        'X-Goog-Stored-Content-Encoding': 'identity',
      },
      body: content.bytes,
    };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    fake.requests.push(line);
    const fault = fake.interfere(line);
    if (fault && 'waitFor' in fault) await fault.waitFor;
    if (fault && 'status' in fault) throw new ApiProblem(fault.status, 'made to fail');
    const limit = fault && 'breakAfter' in fault ? fault.breakAfter : Infinity;
    const { status, headers, body } = await answer(request, async () => {
      const chunks: Buffer[] = [];
      let received = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        received += chunk.length;
        chunks.push(chunk);
        if (received < limit) continue;
        const session = sessions.get(new URL(request.url!, fake.url).searchParams.get('upload_id') ?? '');
        if (session) session.received = Buffer.concat([session.received, ...chunks]);
        request.socket.destroy();
        throw new Error('broken off');
      }
      return Buffer.concat(chunks);
    });
    if (fault && 'statusAfter' in fault) throw new ApiProblem(fault.statusAfter, 'the answer got lost');
    response.writeHead(status, { ...headers, 'Content-Length': body.length });
    if (fault && 'breakAnswerAfter' in fault) {
      response.write(body.subarray(0, fault.breakAnswerAfter), () => response.destroy());
      return;
    }
    response.end(body);
  }

  const server = createServer((request, response) => {
    const { socket } = request;
    handle(request, response).catch((error: Error) => {
      if (socket.destroyed) return;
      const status = error instanceof ApiProblem ? error.status : 500;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({ error: { code: status, message: error.message, errors: [{ message: error.message }] } }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeCloudStorage = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests: [],
    interfere: () => undefined,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const json = (value: object): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});

function resource(bucket: string, name: string, { bytes, generation, isComposite }: StoredContent) {
  return {
    kind: 'storage#object',
    bucket,
    name,
    generation: String(generation),
    size: String(bytes.length),
    crc32c: crc32cOf(bytes),
    ...(!isComposite && { md5Hash: createHash('md5').update(bytes).digest('base64') }),
  };
}

function crc32cOf(bytes: Buffer): string {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32c(bytes));
  return crc.toString('base64');
}

/** The second part of a multipart/related body; the first is the object's metadata. */
function mediaOf({ headers }: IncomingMessage, body: Buffer): Buffer {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1];
  if (!boundary) throw new ApiProblem(400, 'an upload is multipart/related, or resumable');
  const second = body.indexOf(`--${boundary}`, boundary.length);
  const start = body.indexOf('\r\n\r\n', second) + 4;
  return body.subarray(start, body.lastIndexOf(`\r\n--${boundary}--`));
}
