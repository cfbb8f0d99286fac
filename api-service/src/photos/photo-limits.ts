/** What may be sent as photos. The gateway and the page state the same numbers. */
export const PHOTO_LIMITS = {
  /** Photos of one specimen in a request. */
  count: 5,
  /** Bytes of one photo. */
  bytes: 12 * 1024 * 1024,
  /** Width × height of one photo: 40 megapixels take up to 240 MB while they are decoded. */
  pixels: 40_000_000,
  /** Width × height of a JPEG that is decoded row by row, as phones write them: 64 megapixels take less than 10 MB. */
  pixelsByRows: 64_000_000,
  /** Pixels of the shorter side; on fewer nothing can be recognised. */
  leastSide: 32,
  /** Seconds that decoding one photo may take. */
  decodeSeconds: 10,
} as const;

/** Boundaries, part headers and the fields beside the photos. */
const FORM_BYTES = 64 * 1024;

/** Bytes of a whole upload. */
export const UPLOAD_BYTES = PHOTO_LIMITS.count * PHOTO_LIMITS.bytes + FORM_BYTES;
