export type PhotoType = 'jpeg' | 'png' | 'webp';

/** Brands of ISO base media files (ISO/IEC 14496-12) that hold HEVC pictures: what iPhones take by default. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * What the first bytes of a file say it is; names and declared types are whatever a client likes.
 * @returns undefined for everything that is neither an accepted photo nor HEIC.
 */
export function photoTypeOf(file: Buffer): PhotoType | 'heic' | undefined {
  if (file.length >= 3 && file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff) return 'jpeg';
  if (file.subarray(0, 8).equals(PNG_SIGNATURE)) return 'png';
  const text = file.toString('latin1', 0, 12);
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp';
  if (text.slice(4, 8) === 'ftyp' && HEIC_BRANDS.has(text.slice(8, 12))) return 'heic';
  return undefined;
}
