import { BT709, coloursOfPrimaries, coloursOfXyz, D65, type Colours, type Curve } from './colours.ts';
import type { Matrix } from './matrix.ts';
import { textOf } from './photo-kind.ts';

const HEADER = 128;
/** More than any profile has. */
const MOST_TAGS = 100;

/**
 * Reads an ICC profile (ICC.1:2010): three primaries and their curves, or a grey's curve, which is nearly all that cameras
 * and programs write.
 *
 * @returns null where that is sRGB, or the profile is damaged or of no screen's colours: decoders ignore those;
 *   undefined where it has tables, which only a decoder can look up.
 */
export function coloursOfProfile(profile: Uint8Array): Colours | null | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  try {
    const space = textOf(profile, 16, 4);
    const tags = new Map<string, DataView>();
    const count = Math.min(view.getUint32(HEADER), MOST_TAGS);
    for (let i = 0; i < count; i++) {
      const entry = HEADER + 4 + i * 12;
      const [start, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)];
      if (start + length > profile.length) return null;
      tags.set(textOf(profile, entry, 4), new DataView(profile.buffer, profile.byteOffset + start, length));
    }
    if (space !== 'RGB ' && space !== 'GRAY') return null;
    if (tags.has('A2B0') || tags.has('D2B0')) return undefined;
    const tag = (name: string) => tags.get(name) ?? new DataView(new ArrayBuffer(0));
    if (space === 'GRAY') return coloursOfPrimaries(BT709, D65, curveOf(tag('kTRC')));
    const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => xyzOf(tag(name)));
    const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tag(name)));
    const xyz = [0, 1, 2].map((axis) => columns.map((column) => column[axis]!));
    return coloursOfXyz(xyz as Matrix, curves as unknown as Colours['curves']);
  } catch (error) {
    // Beyond the end of what is there.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const xyzOf = (tag: DataView) => [0, 4, 8].map((at) => fixed(tag, 8 + at));

/** @throws RangeError where it ends early, or is of an unknown kind. */
function curveOf(tag: DataView): Curve {
  const type = tag.getUint32(0);
  if (type === TABLE) return tableOf(tag);
  if (type === PARAMETRIC) return parametricOf(tag);
  throw new RangeError(`a curve of type ${type}`);
}

/** "curv" and "para". */
const TABLE = 0x63757276;
const PARAMETRIC = 0x70617261;

/** Of no entries, itself; of one, a power in 256ths; else numbers between which straight lines are drawn. */
function tableOf(tag: DataView): Curve {
  const count = tag.getUint32(8);
  if (count === 0) return (number) => number;
  if (count === 1) {
    const gamma = tag.getUint16(12) / 256;
    return (number) => number ** gamma;
  }
  const table = Float64Array.from(
    { length: Math.min(count, tag.byteLength) },
    (_, i) => tag.getUint16(12 + i * 2) / 65_535,
  );
  return (number) => {
    const place = number * (table.length - 1);
    const below = Math.min(Math.floor(place), table.length - 2);
    return table[below]! + (place - below) * (table[below + 1]! - table[below]!);
  };
}

/** A power, above a place where each type of curve has a straight line or a constant. */
function parametricOf(tag: DataView): Curve {
  const type = tag.getUint16(8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined) throw new RangeError(`a parametric curve of type ${type}`);
  const [g = 1, a = 1, b = 0, c = 0, d, e = 0, f = 0] = Array.from({ length: count }, (_, i) => fixed(tag, 12 + i * 4));
  // Of type 2, `c` is what is added; and below -b/a there is nothing else.
  const [slope, from, above, below] =
    type === 2 ? [0, -b / a, c, c] : type === 1 ? [0, -b / a, 0, 0] : [c, d ?? -Infinity, e, f];
  const clamped = (light: number) => Math.min(1, Math.max(0, light));
  return (number) => clamped(number >= from ? Math.max(0, a * number + b) ** g + above : slope * number + below);
}

/** A number as ICC writes them: 65,536ths. */
const fixed = (view: DataView, at: number) => view.getInt32(at) / 65_536;
