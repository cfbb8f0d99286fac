import {
  BT709,
  coloursOfPrimaries,
  D65,
  P3,
  srgbCurve,
  type Chromaticity,
  type Colours,
  type Curve,
  type Primaries,
} from './colours.ts';
import { PhotoRefusal } from './photo-refusal.ts';

const BT2020: Primaries = [
  [0.708, 0.292],
  [0.17, 0.797],
  [0.131, 0.046],
];
/** By their code points (ITU-T H.273). */
const PRIMARIES: Record<number, Primaries> = { 1: BT709, 9: BT2020, 12: P3 };
const ofPower =
  (gamma: number): Curve =>
  (number) =>
    number ** gamma;

/** Likewise. Those of bright screens, 16 and 18, are not among them. */
const CURVES: Record<number, Curve> = { 4: ofPower(2.2), 5: ofPower(2.8), 8: ofPower(1), 13: srgbCurve };

/** What a file writes beside sRGB, in hundred thousandths: it means that. */
const SRGB_GAMMA = 45_455;
const NEARLY = 500;

/**
 * What a PNG's cICP chunk says.
 * @returns null where that is sRGB.
 * @throws PhotoRefusal `unsupported_colours` where it says what is not read here, such as those of bright screens.
 */
export function coloursOfCodePoints([primaries, transfer, matrix, full]: Uint8Array): Colours | null {
  const [known, curve] = [PRIMARIES[primaries!], CURVES[transfer!]];
  if (!known || !curve || matrix !== 0 || full !== 1) throw new PhotoRefusal('unsupported_colours');
  return coloursOfPrimaries(known, D65, curve);
}

/**
 * What a PNG's gAMA and cHRM chunks say; each may be missing.
 * @returns null where that is sRGB, or makes no sense.
 */
export function coloursOfGamma(gama: Uint8Array | undefined, chrm: Uint8Array | undefined): Colours | null {
  const written = gama?.length === 4 ? uint32(gama, 0) : SRGB_GAMMA;
  const isSrgb = Math.abs(written - SRGB_GAMMA) < NEARLY || written < 1000 || written > 1_000_000;
  const [white, ...primaries] =
    chrm?.length === 32 ? [0, 8, 16, 24].map((at) => chromaticity(chrm, at)) : [D65, ...BT709];
  return coloursOfPrimaries(primaries as unknown as Primaries, white!, isSrgb ? srgbCurve : ofPower(100_000 / written));
}

function chromaticity(chunk: Uint8Array, at: number): Chromaticity {
  return [uint32(chunk, at) / 100_000, uint32(chunk, at + 4) / 100_000];
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
