import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { sha256 } from './sha256.ts';
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

/** Objects as the files of a folder. What starts with a dot is being written, or none of ours, and is not seen. */
export class FolderStorage implements ObjectStorage {
  readonly uri: string;

  constructor(private readonly folder: string) {
    this.uri = folder;
  }

  async read(name: string): Promise<Buffer> {
    return readFile(this.fileOf(name)).catch((error: NodeJS.ErrnoException) => {
      if (isMissing(error)) throw new ObjectNotFoundError(`${this.uri}: there is no ${name}`, { cause: error });
      throw this.failure(name, error);
    });
  }

  async list(prefix = ''): Promise<StoredObject[]> {
    const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const entries = await readdir(path.join(this.folder, start), { withFileTypes: true, recursive: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (isMissing(error)) return [];
        throw this.failure(prefix, error);
      },
    );
    const objects: StoredObject[] = [];
    for (const entry of entries) {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(this.folder, file).split(path.sep).join('/');
      if (!entry.isFile() || !name.startsWith(prefix) || /(^|\/)\./.test(name)) continue;
      objects.push({ name, bytes: (await stat(file)).size });
    }
    return objects.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The checksum of the content: a folder counts no generations. */
  async generationOf(name: string): Promise<string> {
    const bytes = await readIfThere(this, name);
    return bytes ? sha256(bytes) : NO_GENERATION;
  }

  async write(name: string, bytes: Uint8Array, { ifGeneration }: { ifGeneration?: string } = {}): Promise<void> {
    const file = this.fileOf(name);
    await mkdir(path.dirname(file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw this.failure(name, error);
    });
    if (ifGeneration === undefined) return this.replace(name, file, bytes);

    // Between the comparison and the renaming nobody else may write. A lock whose holder was killed goes stale.
    const unlock = await lockfile
      .lock(file, {
        realpath: false,
        lockfilePath: path.join(path.dirname(file), `.${path.basename(file)}.lock`),
        retries: { retries: 40, factor: 1.5, minTimeout: 10, maxTimeout: 250 },
      })
      .catch((error: Error) => {
        throw new StorageError(`${this.uri}: ${name} can not be locked: ${error.message}`, { cause: error });
      });
    try {
      const generation = await this.generationOf(name);
      if (generation === sha256(bytes)) return;
      if (generation !== ifGeneration) {
        throw new GenerationConflictError(`${this.uri}: ${name} has been changed by somebody else meanwhile`);
      }
      await this.replace(name, file, bytes);
    } finally {
      await unlock();
    }
  }

  private async replace(name: string, file: string, bytes: Uint8Array): Promise<void> {
    const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
    try {
      await writeFile(draft, bytes);
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw this.failure(name, error as NodeJS.ErrnoException);
    }
  }

  private fileOf(name: string): string {
    checkName(this.uri, name);
    return path.join(this.folder, name);
  }

  private failure(name: string, error: NodeJS.ErrnoException): StorageError {
    return new StorageError(`${path.join(this.uri, name)}: ${error.message}`, { cause: error });
  }
}

const isMissing = ({ code }: NodeJS.ErrnoException) => code === 'ENOENT' || code === 'ENOTDIR';
