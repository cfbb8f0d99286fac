import type { Colours } from './colours.ts';
import type { Orientation } from './exif-orientation.ts';

/** What the reader of each kind tells of a file. */
export interface ReadFile {
  /** Pixels along and down, as its header says and as they are stored; of a JPEG, the rows that are there. */
  width: number;
  height: number;
  /** How the camera was held. */
  orientation: Orientation;
  /** The share of its rows that a JPEG lacks at its end; those are in no part. */
  cut: number;
  /**
   * Whether it is decoded row by row, and shrunk on the way: a JPEG with all its colours in one scan. Of others a decoder
   * holds the whole photo, or all its coefficients.
   */
  decodesByRows: boolean;
  /** What its numbers mean, where that is not sRGB, and not left to the decoder. */
  colours: Colours | null;
  /**
   * The file's bytes for a decoder, in pieces: with that orientation in its EXIF data (1 leaves it out), and without a
   * profile, unless only a decoder can read it.
   */
  partsToDecode: (orientation: Orientation) => Uint8Array[];
  /** The file's bytes for somebody else who reads them: with its orientation, and all it says of its colours. */
  partsToSend: () => Uint8Array[];
}
