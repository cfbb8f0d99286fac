import type { Colours } from './icc-profile.ts';
import { PhotoRefusal } from './photo-refusal.ts';

const D65 = [0.3127, 0.329] as const;
/** Those of sRGB, which ITU-R BT.709 has too. */
const BT709 = [
  [0.64, 0.33],
  [0.3, 0.6],
  [0.15, 0.06],
] as const;
const BT2020 = [
  [0.708, 0.292],
  [0.17, 0.797],
  [0.131, 0.046],
] as const;
const P3 = [
  [0.68, 0.32],
  [0.265, 0.69],
  [0.15, 0.06],
] as const;

/** By their code points (ITU-T H.273). */
const PRIMARIES: Record<number, Colours['primaries']> = { 1: BT709, 9: BT2020, 12: P3 };
/** Likewise. Those of bright screens, 16 and 18, are not among them. */
const CURVES: Record<number, Colours['gamma']> = { 4: 2.2, 5: 2.8, 8: 1, 13: 'srgb' };

/** What a file writes beside sRGB, in hundred thousandths: it means that. */
const SRGB_GAMMA = 45_455;
const NEARLY = 500;

/**
 * What a PNG's cICP chunk says.
 * @returns null where that is sRGB.
 * @throws PhotoRefusal `unsupported_colours` where it says what is not read here, such as those of bright screens.
 */
export function coloursOfCodePoints([primaries, transfer, matrix, full]: Uint8Array): Colours | null {
  const [known, gamma] = [PRIMARIES[primaries!], CURVES[transfer!]];
  if (!known || !gamma || matrix !== 0 || full !== 1) throw new PhotoRefusal('unsupported_colours');
  return known === BT709 && gamma === 'srgb' ? null : { white: D65, primaries: known, gamma };
}

/**
 * What a PNG's gAMA and cHRM chunks say; each may be missing.
 * @returns null where that is sRGB, or makes no sense.
 */
export function coloursOfGamma(gama: Uint8Array | undefined, chrm: Uint8Array | undefined): Colours | null {
  const written = gama?.length === 4 ? uint32(gama, 0) : SRGB_GAMMA;
  const isSrgb = Math.abs(written - SRGB_GAMMA) < NEARLY;
  const gamma = isSrgb || written < 1000 || written > 1_000_000 ? 'srgb' : 100_000 / written;
  const [white, ...primaries] =
    chrm?.length === 32 ? [0, 8, 16, 24].map((at) => chromaticity(chrm, at)) : [D65, ...BT709];
  const colours = { white: white!, primaries: primaries as unknown as Colours['primaries'], gamma } as const;
  const usual = [D65, ...BT709].every((point, i) => isNear(point, [white!, ...primaries][i]!));
  return usual && gamma === 'srgb' ? null : colours;
}

function chromaticity(chunk: Uint8Array, at: number): readonly [number, number] {
  return [uint32(chunk, at) / 100_000, uint32(chunk, at + 4) / 100_000];
}

function isNear([x, y]: readonly [number, number], [otherX, otherY]: readonly [number, number]): boolean {
  return Math.abs(x - otherX) < 0.002 && Math.abs(y - otherY) < 0.002;
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
