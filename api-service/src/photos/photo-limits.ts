/** What may be sent as photos. The gateway and the page state the same numbers. */
export const PHOTO_LIMITS = {
  /** Photos of one specimen in a request. */
  count: 5,
  /** Bytes of one photo. */
  bytes: 12 * 1024 * 1024,
  /** Width × height of one photo: a 40-megapixel photo takes 120 MB while it is decoded. */
  pixels: 40_000_000,
  /** Pixels of the shorter side; on fewer nothing can be recognised. */
  leastSide: 32,
  /** Seconds that decoding one photo may take. */
  decodeSeconds: 10,
} as const;

/** Boundaries, part headers and the fields beside the photos. */
const FORM_BYTES = 64 * 1024;

/** Bytes of a whole upload. */
export const UPLOAD_BYTES = PHOTO_LIMITS.count * PHOTO_LIMITS.bytes + FORM_BYTES;
