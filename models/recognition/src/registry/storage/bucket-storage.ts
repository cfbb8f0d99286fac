import type { Bucket, File } from '@google-cloud/storage';
import {
  checkName,
  GenerationConflictError,
  NO_GENERATION,
  ObjectNotFoundError,
  readIfThere,
  StorageError,
  type ObjectStorage,
  type StoredObject,
} from './object-storage.ts';

/** From this size on an upload is made resumable: a broken connection costs a part of it, not the whole. */
const RESUMABLE_BYTES = 8 * 2 ** 20;

/** Objects of a Cloud Storage bucket, under a prefix, through Google's own client, which repeats what failed for a moment. */
export class BucketStorage implements ObjectStorage {
  readonly uri: string;
  private readonly prefix: string;

  /**
   * @param prefix with or without slashes around it; none where empty.
   * @param stallMs how long a download may stand still.
   */
  constructor(
    private readonly bucket: Bucket,
    prefix: string,
    private readonly stallMs: number,
  ) {
    const folder = prefix.replace(/^\/+|\/+$/g, '');
    this.prefix = folder && `${folder}/`;
    this.uri = `gs://${bucket.name}${folder && `/${folder}`}`;
  }

  async read(name: string): Promise<Buffer> {
    return this.asking(name, this.download(name));
  }

  async list(prefix = ''): Promise<StoredObject[]> {
    const [files] = await this.asking(prefix, this.bucket.getFiles({ prefix: this.prefix + prefix }));
    return files
      .map(({ name, metadata: { size, md5Hash, generation } }) => ({
        name: name.slice(this.prefix.length),
        bytes: Number(size),
        // What was put together of parts has no MD5.
        fingerprint: md5Hash ?? `generation ${generation}`,
      }))
      .filter(({ name }) => name !== '' && !name.endsWith('/'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async generationOf(name: string): Promise<string> {
    try {
      const [{ generation }] = await this.asking(name, this.object(name).getMetadata());
      return String(generation);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return NO_GENERATION;
      throw error;
    }
  }

  async write(name: string, bytes: Uint8Array, { ifGeneration }: { ifGeneration?: string } = {}): Promise<void> {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const saving = this.object(name).save(content, {
      resumable: content.length >= RESUMABLE_BYTES,
      contentType: name.endsWith('.json') ? 'application/json' : 'application/octet-stream',
      ...(ifGeneration !== undefined && { preconditionOpts: { ifGenerationMatch: ifGeneration } }),
    });
    try {
      await this.asking(name, saving);
    } catch (error) {
      // Where the answer to a write was lost, the client repeats it and meets its own object.
      if (error instanceof GenerationConflictError && (await readIfThere(this, name))?.equals(content)) return;
      throw error;
    }
  }

  /** Where the connection breaks in the middle of an answer, the client's own stream never ends. */
  private async download(name: string): Promise<Buffer> {
    const stream = this.object(name).createReadStream();
    const stalled = setTimeout(() => stream.destroy(new Error('the download broke off')), this.stallMs);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        stalled.refresh();
      }
    } finally {
      clearTimeout(stalled);
    }
    return Buffer.concat(chunks);
  }

  private object(name: string): File {
    checkName(this.uri, name);
    return this.bucket.file(this.prefix + name);
  }

  /** What the client answers, its failures in our words. */
  private async asking<T>(name: string, request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      // A resumable upload fails with the HTTP library's error, everything else with the client's.
      const { code, status, message } = error as { code?: number | string; status?: number; message: string };
      const answer = status ?? Number(code);
      const options = { cause: error };
      if (answer === 404) throw new ObjectNotFoundError(`${this.uri}: there is no ${name}`, options);
      if (answer === 412) {
        throw new GenerationConflictError(`${this.uri}: ${name} has been changed by somebody else meanwhile`, options);
      }
      const what = answer === 401 || answer === 403 ? 'access is denied' : 'Cloud Storage can not be used';
      throw new StorageError(
        `${this.uri}/${name}: ${what}${answer || code ? ` (${answer || code})` : ''}: ${message}`,
        options,
      );
    }
  }
}
