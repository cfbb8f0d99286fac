/** As EXIF numbers how a camera was held: 1 is upright, 2–4 mirrored or turned round, 5–8 on their side. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION = 0x0112;
/** Types of a field (TIFF 6.0): 16 bits, as EXIF wants it, and 32, as some programs write it. */
const SHORT = 3;
const LONG = 4;

/**
 * The orientation in EXIF data; 1 where there is none that makes sense. Decoders differ in what they read: not the
 * WebP's, not a number of 32 bits. So it is read here, for all of them.
 *
 * @param exif a TIFF structure, after the word "Exif" with which some files begin it.
 */
export function orientationIn(exif: Uint8Array): Orientation {
  const prefixed = exif[0] === 0x45 && exif[1] === 0x78;
  const tiff = prefixed ? exif.subarray(6) : exif;
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const field = directory + 2 + i * 12;
    if (field + 12 > tiff.length) return 1;
    if (view.getUint16(field, little) !== ORIENTATION) continue;
    const type = view.getUint16(field + 2, little);
    if (type !== SHORT && type !== LONG) return 1;
    const value = type === SHORT ? view.getUint16(field + 8, little) : view.getUint32(field + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** EXIF data that says an orientation and nothing else. */
export function exifOf(orientation: Orientation): Uint8Array {
  const tiff = new Uint8Array(26);
  const view = new DataView(tiff.buffer);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return tiff;
}
