import { createHash } from 'node:crypto';

/**
 * What tells a file's content: MD5 in base64, as Cloud Storage lists it, so that a folder and a bucket name the same
 * things alike without a download. It tells photos apart; it is no protection against who forges one.
 */
export const fingerprintOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');

/** Whether it was worked out of the bytes: a bucket may tell a generation instead. */
export const isOfContent = (fingerprint: string): boolean => fingerprint.endsWith('==');
