import { readJpeg } from './jpeg-file.ts';
import { photoKindOf, type PhotoKind } from './photo-kind.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import { readPng } from './png-file.ts';
import type { ReadFile } from './read-file.ts';
import { readWebp } from './webp-file.ts';

/** A photo's file, read as far as no decoder is needed. */
export interface PhotoFile extends ReadFile {
  kind: PhotoKind;
}

/**
 * Reads a photo's file. The page, the service and training all do so before they decode one: which files are taken, how
 * they stand, and what their colours mean is decided here, and what decoders differ in is taken out of the bytes. So is
 * all that says about a photo who took it and where.
 *
 * @throws PhotoRefusal where it is not taken.
 */
export function readPhotoFile(file: Uint8Array): PhotoFile {
  const kind = photoKindOf(file);
  if (kind === undefined) throw new PhotoRefusal('unsupported_photo');
  if (kind === 'heic') throw new PhotoRefusal('heic_photo');
  const read = { jpeg: readJpeg, png: readPng, webp: readWebp }[kind];
  // Of Node's buffers, a slice is no copy.
  const known = read(new Uint8Array(file.buffer, file.byteOffset, file.length));
  if (known.width === 0 || known.height === 0) throw new PhotoRefusal('undecodable_photo');
  return { kind, ...known };
}
