import { unzlibSync } from 'fflate';
import { needsMoreBits, type Colours } from './colours.ts';
import { exifOf, orientationIn, type Orientation } from './exif-orientation.ts';
import { coloursOfProfile } from './icc-profile.ts';
import { textOf } from './photo-kind.ts';
import { pngChunk } from './png-chunk.ts';
import { coloursOfCodePoints, coloursOfGamma } from './png-colours.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import type { ReadFile } from './read-file.ts';

/** Chunks without which a picture is another one. Of an animated PNG, its first picture is all that is left. */
const KEPT = new Set(['PLTE', 'tRNS', 'IDAT', 'IEND']);
/** Those that say what its numbers mean. */
const COLOURS = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM'];

/** Of a compressed profile, in bytes: those that are longer have tables. */
const MOST_OF_PROFILE = 65_536;

/**
 * A PNG file (W3C, third edition) less everything that says about a picture who took it and where.
 *
 * @throws PhotoRefusal `undecodable_photo` where its end is missing; `unsupported_colours` where it has those of bright
 *   screens, or 16 bits of which a browser would keep too few.
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
  const orientation = exif ? orientationIn(exif) : 1;
  const colours = coloursOf(chunks);
  // Browsers keep 8 bits before they look anything up.
  const isWide = header[16] === 16;
  if (isWide && (colours === undefined || (colours && needsMoreBits(colours)))) {
    throw new PhotoRefusal('unsupported_colours');
  }
  const partsOf = (orientation: Orientation, told: string[]) => [
    file.subarray(0, 8),
    header,
    ...told.flatMap((type) => chunks.get(type) ?? []),
    ...(orientation > 1 ? [pngChunk('eXIf', exifOf(orientation))] : []),
    ...kept,
  ];
  const numbers = new DataView(header.buffer, header.byteOffset);
  return {
    width: numbers.getUint32(8),
    height: numbers.getUint32(12),
    orientation,
    cut: 0,
    decodesByRows: false,
    colours: colours ?? null,
    partsToDecode: (orientation) => partsOf(orientation, colours === undefined ? ['iCCP'] : []),
    partsToSend: () => partsOf(orientation, COLOURS),
  };
}

/** Of several chunks that say what its numbers mean, the standard's order counts. */
function coloursOf(chunks: Map<string, Uint8Array>): Colours | null | undefined {
  const codePoints = dataOf(chunks.get('cICP'));
  if (codePoints) return coloursOfCodePoints(codePoints);
  const profile = dataOf(chunks.get('iCCP'));
  if (profile) return profile.length > MOST_OF_PROFILE ? undefined : coloursOfProfile(inflated(profile));
  if (chunks.has('sRGB')) return null;
  return coloursOfGamma(dataOf(chunks.get('gAMA')), dataOf(chunks.get('cHRM')));
}

/** A profile, which stands behind its name, a zero and the number of the method. Empty where it is damaged. */
function inflated(data: Uint8Array): Uint8Array {
  try {
    return unzlibSync(data.subarray(data.indexOf(0) + 2));
  } catch {
    return new Uint8Array(0);
  }
}

function dataOf(chunk: Uint8Array | undefined): Uint8Array | undefined {
  return chunk?.subarray(8, -4);
}
