import { exifOf, orientationIn, type Orientation } from './exif-orientation.ts';
import { coloursOfProfile } from './icc-profile.ts';
import { textOf } from './photo-kind.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import type { ReadFile } from './read-file.ts';

/** Chunks without which a picture is another one. */
const KEPT = new Set(['ALPH', 'VP8 ', 'VP8L']);

/** Flags of the VP8X chunk (RFC 9649). */
const ANIMATION = 0x02;
const XMP = 0x04;
const EXIF = 0x08;
const PROFILE = 0x20;

/**
 * A WebP file less everything that says about a picture who took it and where.
 * @throws PhotoRefusal `animated_photo`; `undecodable_photo` where its end is missing.
 */
export function readWebp(file: Uint8Array): ReadFile {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  let exif: Uint8Array | undefined;
  let extended: Uint8Array | undefined;
  let profile: Uint8Array | undefined;
  const kept: Uint8Array[] = [];
  if (file.length < 20) throw new PhotoRefusal('undecodable_photo');
  const fileEnd = 8 + view.getUint32(4, true);
  for (let at = 12; at + 8 <= fileEnd;) {
    const type = at + 8 <= file.length ? textOf(file, at, 4) : '';
    const end = type ? at + 8 + view.getUint32(at + 4, true) : Infinity;
    if (end > file.length) throw new PhotoRefusal('undecodable_photo');
    if (type === 'VP8X') extended = file.slice(at, end);
    if (type === 'ANIM' || type === 'ANMF') throw new PhotoRefusal('animated_photo');
    if (type === 'EXIF') exif ??= file.subarray(at + 8, end);
    if (type === 'ICCP') profile ??= file.subarray(at, end);
    if (KEPT.has(type)) kept.push(...chunkParts(file.subarray(at, end)));
    // Chunks begin at even places.
    at = end + (end % 2);
  }
  if (extended && extended.length < 18) throw new PhotoRefusal('undecodable_photo');
  if (extended && extended[8]! & ANIMATION) throw new PhotoRefusal('animated_photo');
  const orientation = exif ? orientationIn(exif) : 1;
  const colours = profile ? coloursOfProfile(profile.subarray(8)) : null;
  const partsOf = (orientation: Orientation, profile: Uint8Array | undefined) => {
    const parts = [...kept];
    if (extended) {
      const flags = extended.slice();
      flags[8] = (flags[8]! & ~(EXIF | XMP | PROFILE)) | (orientation > 1 ? EXIF : 0) | (profile ? PROFILE : 0);
      parts.unshift(flags, ...(profile ? chunkParts(profile) : []));
      if (orientation > 1) parts.push(exifChunk(orientation));
    }
    const size = parts.reduce((sum, { length }) => sum + length, 4);
    const head = file.slice(0, 12);
    new DataView(head.buffer).setUint32(4, size, true);
    return [head, ...parts];
  };
  return {
    ...sizeOf(kept),
    orientation,
    cut: 0,
    decodesByRows: false,
    colours: colours ?? null,
    partsToDecode: (told) => partsOf(told, colours === undefined ? profile : undefined),
    partsToSend: () => partsOf(orientation, profile),
  };
}

/** Pixels along and down, of the chunk that holds them: VP8 (RFC 6386, 9.1) or VP8L (RFC 9649, 3.4). */
function sizeOf(chunks: Uint8Array[]): { width: number; height: number } {
  const chunk = chunks.find((one) => textOf(one, 0, 3) === 'VP8');
  if (!chunk || chunk.length < 18) throw new PhotoRefusal('undecodable_photo');
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
  if (textOf(chunk, 3, 1) === 'L') {
    const bits = view.getUint32(9, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  return { width: view.getUint16(14, true) & 0x3fff, height: view.getUint16(16, true) & 0x3fff };
}

function chunkParts(chunk: Uint8Array): Uint8Array[] {
  return chunk.length % 2 ? [chunk, new Uint8Array(1)] : [chunk];
}

function exifChunk(orientation: Orientation): Uint8Array {
  const exif = exifOf(orientation);
  const chunk = new Uint8Array(8 + exif.length);
  chunk.set(new TextEncoder().encode('EXIF'));
  new DataView(chunk.buffer).setUint32(4, exif.length, true);
  chunk.set(exif, 8);
  return chunk;
}
