/** x and y of a colour on the chromaticity diagram (CIE 1931). */
type Chromaticity = readonly [x: number, y: number];

/** What the numbers of a picture mean. */
export interface Colours {
  white: Chromaticity;
  primaries: readonly [red: Chromaticity, green: Chromaticity, blue: Chromaticity];
  /** The light of a number is its `gamma`th power; or the curve of sRGB. */
  gamma: number | 'srgb';
}

type Vector = [number, number, number];
type Matrix = [Vector, Vector, Vector];

/** The white that ICC profiles refer to. */
const D50: Vector = [0.9642, 1, 0.8249];
/** Bradford's: from XYZ to the responses of the eye's cones, in which an eye's getting used to a white is a scaling. */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
/** IEC 61966-2-1, as parametric curve of type 3: g, a, b, c, d. */
const SRGB_CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/**
 * Colours as an ICC profile (ICC.1:2010, version 4), which all decoders read, unlike what else can say them.
 * @returns undefined where the primaries span no triangle.
 */
export function iccProfile(colours: Colours): Uint8Array | undefined {
  const columns = columnsOf(colours);
  if (!columns) return undefined;
  const curve = curveOf(colours.gamma);
  const tags: [string, Uint8Array][] = [
    ['desc', unicode('As the photo says')],
    ['cprt', unicode('No copyright')],
    ['wtpt', xyz(D50)],
  ];
  ['r', 'g', 'b'].forEach((name, i) => tags.push([`${name}XYZ`, xyz(columns[i]!)], [`${name}TRC`, curve]));
  return profileOf(tags);
}

/** XYZ of pure red, green and blue, seen by an eye that is used to D50. */
function columnsOf({ white, primaries }: Colours): Matrix | undefined {
  const [r, g, b] = primaries.map(ofChromaticity) as Matrix;
  const lights: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
  const inverted = inverse(lights);
  if (!inverted || !(white[1] > 0)) return undefined;
  const whiteXyz = ofChromaticity(white);
  const [sr, sg, sb] = times(inverted, whiteXyz);
  const from = times(BRADFORD, whiteXyz);
  const to = times(BRADFORD, D50);
  if (from.some((value) => !(value > 0))) return undefined;
  const backwards = inverse(BRADFORD)!;
  const adapted = (light: Vector, scale: number): Vector => {
    const cones = times(BRADFORD, light);
    return times(backwards, cones.map((value, i) => (value * scale * to[i]!) / from[i]!) as Vector);
  };
  const columns: Matrix = [adapted(r, sr), adapted(g, sg), adapted(b, sb)];
  return columns.flat().every((value) => Math.abs(value) < 4) ? columns : undefined;
}

function ofChromaticity([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function times(matrix: Matrix, [x, y, z]: Vector): Vector {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as Vector;
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | undefined {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!(Math.abs(determinant) > 1e-6)) return undefined;
  const rows: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return rows.map((row) => row.map((value) => value / determinant)) as Matrix;
}

function curveOf(gamma: Colours['gamma']): Uint8Array {
  const parameters = gamma === 'srgb' ? SRGB_CURVE : [gamma];
  const curve = tagOf('para', 4 + parameters.length * 4);
  curve.setUint16(8, gamma === 'srgb' ? 3 : 0);
  parameters.forEach((value, i) => curve.setInt32(12 + i * 4, fixed(value)));
  return bytesOf(curve);
}

function xyz(value: Vector): Uint8Array {
  const tag = tagOf('XYZ ', 12);
  value.forEach((one, i) => tag.setInt32(8 + i * 4, fixed(one)));
  return bytesOf(tag);
}

function unicode(text: string): Uint8Array {
  const tag = tagOf('mluc', 20 + text.length * 2);
  tag.setUint32(8, 1);
  tag.setUint32(12, 12);
  setText(tag, 16, 'enUS');
  tag.setUint32(20, text.length * 2);
  tag.setUint32(24, 28);
  [...text].forEach((letter, i) => tag.setUint16(28 + i * 2, letter.charCodeAt(0)));
  return bytesOf(tag);
}

function profileOf(tags: [string, Uint8Array][]): Uint8Array {
  const table = 128 + 4 + tags.length * 12;
  // Each tag begins at a multiple of four.
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  const size = tags.reduce((sum, [, tag]) => sum + padded(tag.length), table);
  const profile = new DataView(new ArrayBuffer(size));
  profile.setUint32(0, size);
  profile.setUint32(8, 0x04300000);
  setText(profile, 12, 'mntrRGB XYZ ');
  setText(profile, 36, 'acsp');
  D50.forEach((value, i) => profile.setInt32(68 + i * 4, fixed(value)));
  profile.setUint32(128, tags.length);
  let at = table;
  tags.forEach(([name, tag], i) => {
    const entry = 132 + i * 12;
    setText(profile, entry, name);
    profile.setUint32(entry + 4, at);
    profile.setUint32(entry + 8, tag.length);
    bytesOf(profile).set(tag, at);
    at += padded(tag.length);
  });
  return bytesOf(profile);
}

function tagOf(type: string, length: number): DataView {
  const tag = new DataView(new ArrayBuffer(8 + length));
  setText(tag, 0, type);
  return tag;
}

/** A number as ICC writes them: 65,536ths. */
const fixed = (value: number) => Math.round(value * 65_536);

const bytesOf = ({ buffer }: DataView) => new Uint8Array(buffer);

function setText(view: DataView, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
}
