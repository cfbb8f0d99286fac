import path from 'node:path';
import { FolderStorage } from './folder-storage.ts';
import { StorageError, type ObjectStorage } from './object-storage.ts';

/** How Cloud Storage is reached; of no interest to a folder. */
export interface StorageOptions {
  /** Where it is not Google's: an emulator, such as `http://127.0.0.1:4443`, which is asked without credentials. */
  apiEndpoint?: string | undefined;
  /** How often a request that failed for a moment is repeated, at least once. Default 3: for about 15 seconds. */
  maxRetries?: number;
  /** Milliseconds that a download may stand still, or a request take, before it counts as failed. Default 60000. */
  timeoutMs?: number;
}

/**
 * Opens `gs://bucket` or `gs://bucket/prefix` with the credentials that the machine has (Application Default
 * Credentials, which in a cluster are Workload Identity), and anything else as a folder.
 * @throws StorageError where the address is of another kind.
 */
export async function openStorage(
  uri: string,
  { apiEndpoint, maxRetries = 3, timeoutMs = 60_000 }: StorageOptions = {},
): Promise<ObjectStorage> {
  if (!/^\w+:\/\//.test(uri)) return new FolderStorage(path.resolve(uri));
  const [, bucket, prefix = ''] = /^gs:\/\/([a-z0-9][a-z0-9._-]*)(?:\/(.*))?$/.exec(uri) ?? [];
  if (!bucket) throw new StorageError(`"${uri}" is neither gs://bucket/prefix nor a folder`);
  // The client is large, and most runs have no need of it.
  const [{ IdempotencyStrategy, Storage }, { BucketStorage }] = await Promise.all([
    import('@google-cloud/storage'),
    import('./bucket-storage.ts'),
  ]);
  const storage = new Storage({
    ...(apiEndpoint && { apiEndpoint }),
    timeout: timeoutMs,
    // A write is of a whole object: made twice, it is the same.
    retryOptions: { maxRetries, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
  return new BucketStorage(storage.bucket(bucket), prefix, timeoutMs);
}
