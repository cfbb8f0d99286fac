/** 8-bit RGB pixels, row by row, three bytes per pixel. */
export interface Photo {
  width: number;
  height: number;
  rgb: Uint8Array | Uint8ClampedArray;
}
