/** The kinds of photos that are taken. */
export type PhotoKind = 'jpeg' | 'png' | 'webp';

/** Brands of ISO base media files (ISO/IEC 14496-12) that hold HEVC pictures: what iPhones take by default. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);
/** Those of AV1 pictures. Their main brand may be a general one of the above. */
const AVIF_BRANDS = ['avif', 'avis'];

const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/**
 * What the first bytes of a file say it is; names and declared types are whatever a client likes.
 * @returns undefined for everything that is neither a kind of photo that is taken nor HEIC.
 */
export function photoKindOf(file: Uint8Array): PhotoKind | 'heic' | undefined {
  if (file.length >= 3 && file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff) return 'jpeg';
  const head = textOf(file, 0, 12);
  if (head.startsWith(PNG_SIGNATURE)) return 'png';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  if (head.slice(4, 8) === 'ftyp' && HEIC_BRANDS.has(head.slice(8, 12))) {
    return brandsOf(file).some((brand) => AVIF_BRANDS.includes(brand)) ? undefined : 'heic';
  }
  return undefined;
}

function brandsOf(file: Uint8Array): string[] {
  const end = Math.min(file.length, 128, new DataView(file.buffer, file.byteOffset).getUint32(0));
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(textOf(file, at, 4));
  return brands;
}

/** Bytes as Latin-1. */
export function textOf(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
