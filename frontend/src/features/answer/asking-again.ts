import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';

type JudgedPhoto = IdentificationResponse['photos'][number];

/** Asks about the photos of an answer again, for what an answer does not tell: one for each photo, in their order. */
export interface AskingAgain {
  /** Where in a photo the model looked. */
  explain: (signal: AbortSignal) => Promise<JudgedPhoto['explanation'][]>;
  /** Where in a photo the specimen is; null where nothing stands out. */
  outline: (signal: AbortSignal) => Promise<Exclude<JudgedPhoto['outline'], undefined>[]>;
}
