import type { Orientation } from './exif-orientation.ts';

/** What the reader of each kind tells of a file. */
export interface ReadFile {
  /** How the camera was held. */
  orientation: Orientation;
  /** The share of its rows that a JPEG lacks at its end; those are not in `parts`. */
  cut: number;
  /** The file's bytes, in pieces, with that orientation in its EXIF data; 1 leaves it out. */
  parts: (orientation: Orientation) => Uint8Array[];
}
