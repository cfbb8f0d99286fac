import { exifOf, orientationIn, type Orientation } from './exif-orientation.ts';
import { coloursOfProfile } from './icc-profile.ts';
import { missingEnd } from './jpeg-scan.ts';
import type { Segment } from './jpeg-segment.ts';
import { textOf } from './photo-kind.ts';
import { PhotoRefusal } from './photo-refusal.ts';
import type { ReadFile } from './read-file.ts';

/** Of a JPEG's rows, the share that may be missing at its end: the model looks at the others. */
export const MOST_CUT = 0.05;

/** Markers (ITU-T T.81). */
const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOF15 = 0xcf;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/**
 * A JPEG file less everything that says about a picture who took it and where, and less what follows it: other pictures,
 * a film. One that ends early ends with its last whole row instead.
 *
 * @throws PhotoRefusal: `unsupported_jpeg`; `unsupported_colours` where it has those of print; `cut_photo` where too much
 *   of it is missing; `undecodable_photo`.
 */
export function readJpeg(file: Uint8Array): ReadFile {
  const segments: Segment[] = [];
  let orientation: Orientation | undefined;
  let frame: Segment | undefined;
  const dropped: Segment[] = [];
  let at = 2;
  let end: number | undefined;
  while (end === undefined) {
    at = file.indexOf(0xff, at);
    while (at >= 0 && file[at + 1] === 0xff) at++;
    if (at < 0 || at + 1 >= file.length) break;
    const marker = file[at + 1]!;
    if (marker === EOI) {
      end = at;
      break;
    }
    if (marker < SOF0 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const segment = { marker, start: at, end: at + 2 + ((file[at + 2]! << 8) | file[at + 3]!) };
    if (!(segment.end > at + 3) || segment.end > file.length) break;
    segments.push(segment);
    if (isFrame(marker)) {
      checkFrame(file, segment);
      frame = segment;
    } else if (marker === APP1 && textOf(file, at + 4, 4) === 'Exif') {
      orientation ??= orientationIn(file.subarray(at + 10, segment.end));
    }
    if (saysMore(file, segment)) dropped.push(segment);
    at = marker === SOS ? afterScan(file, segment.end) : segment.end;
  }
  const scans = segments.filter(({ marker }) => marker === SOS);
  if (!frame || scans.length === 0) throw new PhotoRefusal('undecodable_photo');
  const whole = end !== undefined ? { end, rows: 1, height: undefined } : missingEnd(file, frame, segments);
  if (!whole || 1 - whole.rows > MOST_CUT) throw new PhotoRefusal('cut_photo');
  const profile = segments.filter((segment) => isProfile(file, segment));
  const colours = profile.length > 0 ? coloursOfProfile(joined(file, profile)) : null;
  const partsWithout = (dropped: Segment[], orientation: Orientation) => {
    const parts: Uint8Array[] = [];
    let from = 0;
    const keepUpTo = (to: number) => from < to && parts.push(file.subarray(from, to));
    if (orientation > 1) {
      keepUpTo(2);
      parts.push(exifSegment(orientation));
      from = 2;
    }
    const edited = whole.height === undefined ? dropped : [...dropped, frame];
    for (const segment of edited.filter(({ start }) => start < whole.end).sort((a, b) => a.start - b.start)) {
      keepUpTo(segment.start);
      if (segment === frame) parts.push(withHeight(file.slice(frame.start, frame.end), whole.height!));
      from = segment.end;
    }
    if (end === undefined) {
      keepUpTo(whole.end);
      parts.push(new Uint8Array([0xff, EOI]));
    } else keepUpTo(end + 2);
    return parts;
  };
  return {
    width: numberAt(file, frame.start + 7),
    height: whole.height ?? numberAt(file, frame.start + 5),
    orientation: orientation ?? 1,
    cut: 1 - whole.rows,
    decodesByRows: frame.marker < SOF2 && file[scans[0]!.start + 4] === file[frame.start + 9],
    colours: colours ?? null,
    partsToDecode: (told) => partsWithout(colours === undefined ? dropped : [...dropped, ...profile], told),
    partsToSend: () => partsWithout(dropped, orientation ?? 1),
  };
}

const isFrame = (marker: number) =>
  marker >= SOF0 && marker <= SOF15 && marker !== DHT && marker !== JPG && marker !== DAC;

function checkFrame(file: Uint8Array, { marker, start }: Segment): void {
  // Baseline, extended sequential and progressive, by Huffman's code, of 8 bits: the ones that all decoders read.
  if (marker > SOF2 || file[start + 4] !== 8) throw new PhotoRefusal('unsupported_jpeg');
  const components = file[start + 9];
  if (components === 4) throw new PhotoRefusal('unsupported_colours');
  if (components !== 1 && components !== 3) throw new PhotoRefusal('unsupported_jpeg');
}

/** Whether it is of no use to a decoder: all but JFIF, ICC profiles, and what Adobe says of the colours. */
function saysMore(file: Uint8Array, { marker, start }: Segment): boolean {
  if (marker === COM) return true;
  if (marker < APP0 || marker > APP15) return false;
  if (marker === APP0 && textOf(file, start + 4, 5) === 'JFIF\0') return false;
  return marker !== APP14 && !isProfile(file, { marker, start });
}

const PROFILE = 'ICC_PROFILE\0';

const isProfile = (file: Uint8Array, { marker, start }: Pick<Segment, 'marker' | 'start'>) =>
  marker === APP2 && textOf(file, start + 4, PROFILE.length) === PROFILE;

/** A profile in pieces, each with its number (ICC.1:2010, B.4). */
function joined(file: Uint8Array, segments: Segment[]): Uint8Array {
  const numbered = segments.map(({ start, end }) => ({
    number: file[start + 4 + PROFILE.length]!,
    piece: file.subarray(Math.min(end, start + 6 + PROFILE.length), end),
  }));
  numbered.sort((a, b) => a.number - b.number);
  const whole = new Uint8Array(numbered.reduce((sum, { piece }) => sum + piece.length, 0));
  let at = 0;
  for (const { piece } of numbered) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Where the marker after a scan's data is; the file's end where there is none. */
function afterScan(file: Uint8Array, start: number): number {
  for (let at = file.indexOf(0xff, start); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1];
    const isData = next === 0 || next === 0xff || (next !== undefined && next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return file.length;
}

const numberAt = (file: Uint8Array, at: number) => (file[at]! << 8) | file[at + 1]!;

function withHeight(frame: Uint8Array, height: number): Uint8Array {
  new DataView(frame.buffer).setUint16(5, height);
  return frame;
}

function exifSegment(orientation: Orientation): Uint8Array {
  const exif = exifOf(orientation);
  const segment = new Uint8Array(10 + exif.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, 0xff00 | APP1);
  view.setUint16(2, 8 + exif.length);
  segment.set(new TextEncoder().encode('Exif\0\0'), 4);
  segment.set(exif, 10);
  return segment;
}
