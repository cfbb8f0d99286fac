/** The kinds of photos that are taken, for a person to read. */
export const ACCEPTED_PHOTOS = 'JPEG, PNG or WebP';

/** Why a photo's file is not taken: a code, and what to say to a person. */
const REFUSALS = {
  unsupported_photo: `The file is not ${ACCEPTED_PHOTOS}, whatever its name says.`,
  heic_photo: `Send ${ACCEPTED_PHOTOS}. On an iPhone: Settings, Camera, Formats, Most Compatible.`,
  animated_photo: 'Send a still photo.',
  /** Lossless, of 12 bits, or coded arithmetically: few programs read those. */
  unsupported_jpeg: 'The JPEG is lossless, or of another rare kind. Save the photo again as a plain JPEG.',
  /** Each decoder makes other colours of those of print and bright screens, and browsers keep 8 of linear 16 bits. */
  unsupported_colours:
    'The colours are those of print (CMYK), of bright screens (HDR), or linear. Save the photo again as sRGB.',
  undecodable_photo: 'The file is incomplete or damaged. Send the photo again.',
  /** A JPEG that ends early, by more rows than are done without. */
  cut_photo: 'The end of the file is missing, and with it too much of the photo. Send the photo again.',
} as const;
export type PhotoRefusalCode = keyof typeof REFUSALS;

/** Thrown for a file that is not taken. */
export class PhotoRefusal extends Error {
  override name = 'PhotoRefusal';

  constructor(readonly code: PhotoRefusalCode) {
    super(REFUSALS[code]);
  }
}
