/** Display P3's red in an ICC profile (XYZ, seen by an eye that is used to D50), in 65,536ths, and how near counts. */
const P3_RED = [0.5151, 0.2412, -0.0011].map((value) => value * 65_536);
const NEAR = 0.002 * 65_536;
/** Its code point (ITU-T H.273). */
const P3_PRIMARIES = 12;

/** Whether a HEIC file says that its colours are Display P3: by an ICC profile, or by code points (ISO/IEC 23008-12). */
export function isDisplayP3(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = indexOf(file, 'colr', 0); at >= 0; at = indexOf(file, 'colr', at + 4)) {
    const type = textAt(file, at + 4);
    if (type === 'nclx') return view.getUint16(at + 8) === P3_PRIMARIES;
    if (type === 'prof' || type === 'rICC') return hasRedOfP3(view, at + 8);
  }
  return false;
}

function hasRedOfP3(view: DataView, profile: number): boolean {
  if (profile + 132 > view.byteLength) return false;
  const tags = Math.min(view.getUint32(profile + 128), 100);
  for (let i = 0; i < tags; i++) {
    const entry = profile + 132 + i * 12;
    if (entry + 12 > view.byteLength) return false;
    if (view.getUint32(entry) !== 0x7258595a) continue;
    const red = profile + view.getUint32(entry + 4) + 8;
    if (red + 12 > view.byteLength) return false;
    return P3_RED.every((value, axis) => Math.abs(view.getInt32(red + axis * 4) - value) < NEAR);
  }
  return false;
}

/** From linear P3 to linear sRGB, both of D65's white. */
const TO_SRGB = [
  [1.2249402, -0.2249402, 0],
  [-0.0420569, 1.0420569, 0],
  [-0.0196376, -0.0786361, 1.0982737],
] as const;
/** Steps of light between black and white: enough that neighbours in the dark are less than a level apart. */
const STEPS = 1 << 14;

/** RGBA of Display P3 → RGBA of sRGB, in place. */
export function p3ToSrgb(rgba: Uint8ClampedArray): void {
  const light = Float64Array.from({ length: 256 }, (_, value) => toLight(value / 255));
  const level = Uint8ClampedArray.from({ length: STEPS + 1 }, (_, step) => fromLight(step / STEPS) * 255);
  for (let at = 0; at < rgba.length; at += 4) {
    const [r, g, b] = [light[rgba[at]!]!, light[rgba[at + 1]!]!, light[rgba[at + 2]!]!];
    for (let channel = 0; channel < 3; channel++) {
      const [x, y, z] = TO_SRGB[channel]!;
      const sum = x * r + y * g + z * b;
      rgba[at + channel] = level[Math.round(Math.min(1, Math.max(0, sum)) * STEPS)]!;
    }
  }
}

const toLight = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const fromLight = (light: number) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

function indexOf(file: Uint8Array, word: string, from: number): number {
  for (let at = file.indexOf(word.charCodeAt(0), from); at >= 0; at = file.indexOf(word.charCodeAt(0), at + 1)) {
    if (textAt(file, at) === word) return at;
  }
  return -1;
}

function textAt(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}
