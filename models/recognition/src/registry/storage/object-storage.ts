/**
 * Named objects in one place: a folder, or a bucket and a prefix in it. A name is a path with `/`; no part of it is
 * empty or starts with a dot. An object is read whole or not at all: one that is being written is not seen.
 *
 * Every method throws a StorageError that names the object where the place can't be reached or refuses.
 */
export interface ObjectStorage {
  /** Such as `gs://bucket/prefix` or `/folder`: for messages. */
  readonly uri: string;
  /** @throws ObjectNotFoundError where there is none. */
  read(name: string): Promise<Buffer>;
  /** The objects whose names start with the prefix, by name. */
  list(prefix?: string): Promise<StoredObject[]>;
  /** What `write` compares: another after every change of content; `NO_GENERATION` where there is no such object. */
  generationOf(name: string): Promise<string>;
  /**
   * Puts an object there, in place of one of that name. With `ifGeneration` only where the object is still of that
   * generation, which no two writers can both find; that its very content is there already is no conflict.
   * @throws GenerationConflictError where it is of another generation.
   */
  write(name: string, bytes: Uint8Array, options?: { ifGeneration?: string }): Promise<void>;
}

export interface StoredObject {
  name: string;
  bytes: number;
  /**
   * Tells its content from any that it had before, where the place lists that: MD5 in base64, or the generation of an
   * object without one.
   */
  fingerprint?: string;
}

/** The generation of an object that is not there. */
export const NO_GENERATION = '0';

export class StorageError extends Error {
  override name = 'StorageError';
}

export class ObjectNotFoundError extends StorageError {
  override name = 'ObjectNotFoundError';
}

export class GenerationConflictError extends StorageError {
  override name = 'GenerationConflictError';
}

/** An object, or undefined where there is none. @throws StorageError. */
export async function readIfThere(storage: ObjectStorage, name: string): Promise<Buffer | undefined> {
  return storage.read(name).catch((error: Error) => {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  });
}

/**
 * Names come from files that others wrote, and must not lead out of the place.
 * @throws StorageError where it is no name of an object.
 */
export function checkName(uri: string, name: string): void {
  if (name.split('/').some((part) => part === '' || part.startsWith('.') || part.includes('\\'))) {
    throw new StorageError(`${uri}: "${name}" is no name of an object`);
  }
}
