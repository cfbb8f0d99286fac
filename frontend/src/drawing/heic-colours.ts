import { DISPLAY_P3, type Colours } from '@mushroom/recognition/photo-file/colours';
import { coloursOfProfile } from '@mushroom/recognition/photo-file/icc-profile';

/** The code point of Display P3's primaries (ITU-T H.273). */
const P3_PRIMARIES = 12;

/**
 * What a HEIC file says of its colours, by an ICC profile or by code points (ISO/IEC 23008-12).
 * @returns null where that is sRGB, or not known here.
 */
export function coloursOfHeic(file: Uint8Array): Colours | null {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = indexOf(file, 'colr', 0); at >= 0; at = indexOf(file, 'colr', at + 4)) {
    const type = textAt(file, at + 4);
    if (type === 'nclx') return at + 10 <= file.length && view.getUint16(at + 8) === P3_PRIMARIES ? DISPLAY_P3 : null;
    if (type === 'prof' || type === 'rICC') return coloursOfProfile(file.subarray(at + 8)) ?? null;
  }
  return null;
}

function indexOf(file: Uint8Array, word: string, from: number): number {
  for (let at = file.indexOf(word.charCodeAt(0), from); at >= 0; at = file.indexOf(word.charCodeAt(0), at + 1)) {
    if (textAt(file, at) === word) return at;
  }
  return -1;
}

function textAt(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}
