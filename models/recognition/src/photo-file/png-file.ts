import { exifOf, orientationIn, type Orientation } from './exif-orientation.ts';
import { iccProfile } from './icc-profile.ts';
import { textOf } from './photo-kind.ts';
import { iccChunk, pngChunk } from './png-chunk.ts';
import { coloursOfCodePoints, coloursOfGamma } from './png-colours.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import type { ReadFile } from './read-file.ts';

/** Chunks without which a picture is another one. Of an animated PNG, its first picture is all that is left. */
const KEPT = new Set(['PLTE', 'tRNS', 'IDAT', 'IEND']);

/** The bit of a PNG's colour type that says that it has colours. */
const COLOUR = 2;

/**
 * A PNG file (W3C, third edition) less everything that says about a picture who took it and where. What it says of its
 * colours other than by an ICC profile or as sRGB is put as an ICC profile: decoders differ in what else they read.
 *
 * @throws PhotoRefusal `undecodable_photo` where its end is missing, `unsupported_colours`.
 */
export function readPng(file: Uint8Array): ReadFile {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const chunks = new Map<string, Uint8Array>();
  const kept: Uint8Array[] = [];
  let at = 8;
  for (let type = ''; type !== 'IEND';) {
    if (at + 12 > file.length) throw new PhotoRefusal('undecodable_photo');
    const end = at + 12 + view.getUint32(at);
    if (end > file.length) throw new PhotoRefusal('undecodable_photo');
    type = textOf(file, at + 4, 4);
    if (KEPT.has(type)) kept.push(file.subarray(at, end));
    else if (!chunks.has(type)) chunks.set(type, file.subarray(at, end));
    at = end;
  }
  const header = chunks.get('IHDR');
  if (header?.length !== 25) throw new PhotoRefusal('undecodable_photo');
  const exif = dataOf(chunks.get('eXIf'));
  const colours = coloursChunk(chunks, header);
  return {
    orientation: exif ? orientationIn(exif) : 1,
    cut: 0,
    parts: (orientation: Orientation) => [
      file.subarray(0, 8),
      header,
      ...(colours ? [colours] : []),
      ...(orientation > 1 ? [pngChunk('eXIf', exifOf(orientation))] : []),
      ...kept,
    ],
  };
}

/**
 * What a decoder is to know of the colours: of several chunks that say it, the standard's order counts.
 * @throws PhotoRefusal `unsupported_colours` also where a grey picture has other than sRGB's: sharp reads none in 16 bits.
 */
function coloursChunk(chunks: Map<string, Uint8Array>, header: Uint8Array): Uint8Array | undefined {
  const [bits, type] = [header[16], header[17]!];
  const isGrey = (type & COLOUR) === 0;
  const codePoints = dataOf(chunks.get('cICP'));
  if (!codePoints) {
    const given = chunks.get('iCCP');
    if (given && isGrey && bits === 16) throw new PhotoRefusal('unsupported_colours');
    if (given || chunks.has('sRGB')) return given;
  }
  const colours = codePoints
    ? coloursOfCodePoints(codePoints)
    : coloursOfGamma(dataOf(chunks.get('gAMA')), dataOf(chunks.get('cHRM')));
  if (colours && isGrey) throw new PhotoRefusal('unsupported_colours');
  const profile = colours && iccProfile(colours);
  return profile ? iccChunk(profile) : undefined;
}

function dataOf(chunk: Uint8Array | undefined): Uint8Array | undefined {
  return chunk?.subarray(8, -4);
}
