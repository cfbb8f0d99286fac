export type Vector = [number, number, number];
/** By rows. */
export type Matrix = [Vector, Vector, Vector];

export function times(matrix: Matrix, [x, y, z]: Vector): Vector {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as Vector;
}

export const transposed = (matrix: Matrix) => [0, 1, 2].map((i) => matrix.map((row) => row[i]!)) as Matrix;

export const product = (a: Matrix, b: Matrix) => transposed(transposed(b).map((column) => times(a, column)) as Matrix);

export const diagonal = ([a, b, c]: readonly number[]): Matrix => [
  [a!, 0, 0],
  [0, b!, 0],
  [0, 0, c!],
];

/** @returns null where there is none. */
export function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | null {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!(Math.abs(determinant) > 1e-6)) return null;
  const rows: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return rows.map((row) => row.map((value) => value / determinant)) as Matrix;
}
