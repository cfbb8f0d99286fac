import { diagonal, inverse, product, times, transposed, type Matrix, type Vector } from './matrix.ts';

/** x and y of a colour on the chromaticity diagram (CIE 1931). */
export type Chromaticity = readonly [x: number, y: number];

/** From a number of a picture, 0–1, to its light, 0–1. */
export type Curve = (number: number) => number;

/** What the numbers of a picture mean. */
export interface Colours {
  /** Of red, green and blue. */
  curves: readonly [Curve, Curve, Curve];
  /** From the light of the three to that of sRGB's. */
  toSrgbLight: Matrix;
}

/** IEC 61966-2-1. */
export const srgbCurve: Curve = (number) => (number <= 0.04045 ? number / 12.92 : ((number + 0.055) / 1.055) ** 2.4);
const srgbNumber: Curve = (light) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/** Steps of light between black and white: enough that neighbours in the dark are less than a level apart. */
const STEPS = 1 << 14;
const levels = Uint8ClampedArray.from({ length: STEPS + 1 }, (_, step) => srgbNumber(step / STEPS) * 255);
const levelOf = (light: number) => levels[light <= 0 ? 0 : light >= 1 ? STEPS : Math.round(light * STEPS)]!;

/** The white that ICC profiles refer to. */
const D50: Vector = [0.9642, 1, 0.8249];
export const D65: Chromaticity = [0.3127, 0.329];
/** Bradford's: from XYZ to the responses of the eye's cones, in which an eye's getting used to a white is a scaling. */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

export type Primaries = readonly [red: Chromaticity, green: Chromaticity, blue: Chromaticity];
/** Those of sRGB, which ITU-R BT.709 has too. */
export const BT709: Primaries = [
  [0.64, 0.33],
  [0.3, 0.6],
  [0.15, 0.06],
];
export const P3: Primaries = [
  [0.68, 0.32],
  [0.265, 0.69],
  [0.15, 0.06],
];

const FROM_XYZ = inverse(toXyz(BT709, D65)!)!;

/**
 * @param xyz of pure red, green and blue, as columns, seen by an eye that is used to D50.
 * @returns null where they are those of sRGB, to a level of 255.
 */
export function coloursOfXyz(xyz: Matrix, curves: Colours['curves']): Colours | null {
  const colours = { curves, toSrgbLight: product(FROM_XYZ, xyz) };
  return isSrgb(colours) ? null : colours;
}

/** @returns null where that is sRGB, or the primaries span no triangle. */
export function coloursOfPrimaries(primaries: Primaries, white: Chromaticity, curve: Curve): Colours | null {
  const xyz = toXyz(primaries, white);
  return xyz && coloursOfXyz(xyz, [curve, curve, curve]);
}

/** What iPhones take photos in. */
export const DISPLAY_P3 = coloursOfPrimaries(P3, D65, srgbCurve)!;

/**
 * Pixels of some colours → pixels of sRGB, in place; what is beyond sRGB is clamped. Service, page and training do it by
 * this function, after their decoders: those round each in its own way, which is enough to change an answer at a threshold.
 *
 * @param channels of a pixel: the fourth is left as it is.
 */
export function toSrgb(pixels: Uint8Array | Uint8ClampedArray, channels: 3 | 4, colours: Colours): void {
  const [red, green, blue] = colours.curves.map((curve) =>
    Float64Array.from({ length: 256 }, (_, value) => curve(value / 255)),
  ) as [Float64Array, Float64Array, Float64Array];
  // One by one, not in a loop: a photo has a million of them, and the service answers nobody meanwhile.
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = colours.toSrgbLight;
  for (let at = 0; at < pixels.length; at += channels) {
    const [r, g, b] = [red[pixels[at]!]!, green[pixels[at + 1]!]!, blue[pixels[at + 2]!]!];
    pixels[at] = levelOf(rr * r + rg * g + rb * b);
    pixels[at + 1] = levelOf(gr * r + gg * g + gb * b);
    pixels[at + 2] = levelOf(br * r + bg * g + bb * b);
  }
}

/** Whether 8 bits are too few for it: its first step from black is more than two of sRGB's. */
export function needsMoreBits({ curves }: Colours): boolean {
  return curves.some((curve) => srgbNumber(curve(1 / 255)) * 255 > 2);
}

function isSrgb(colours: Colours): boolean {
  const numbers: number[] = [];
  for (let r = 0; r < 256; r += 15)
    for (let g = 0; g < 256; g += 15) for (let b = 0; b < 256; b += 15) numbers.push(r, g, b);
  const converted = Uint8Array.from(numbers);
  toSrgb(converted, 3, colours);
  return numbers.every((number, i) => Math.abs(number - converted[i]!) <= 1);
}

/** XYZ of pure red, green and blue, as columns, seen by an eye that is used to D50. */
function toXyz(primaries: Primaries, white: Chromaticity): Matrix | null {
  const lights = transposed(primaries.map(ofChromaticity) as Matrix);
  const inverted = inverse(lights);
  if (!inverted || !(white[1] > 0)) return null;
  const whiteXyz = ofChromaticity(white);
  const [from, to] = [times(BRADFORD, whiteXyz), times(BRADFORD, D50)];
  if (from.some((value) => !(value > 0))) return null;
  const adapted = product(inverse(BRADFORD)!, product(diagonal(to.map((value, i) => value / from[i]!)), BRADFORD));
  const xyz = product(adapted, product(lights, diagonal(times(inverted, whiteXyz))));
  return xyz.flat().every((value) => Math.abs(value) < 4) ? xyz : null;
}

function ofChromaticity([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y];
}
