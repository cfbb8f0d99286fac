import type { IdentificationResponse } from '@mushroom/api-service/identifications/identifications.schema';

/** An answer, and who gave it: the service, or the model on this device. */
export type GivenAnswer = IdentificationResponse & { onDevice: boolean };
