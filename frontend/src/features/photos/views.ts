import type { View } from '@mushroom/recognition/decision/identification';

export type { View };

/** What a photo may show, in the order in which one takes them. */
export const VIEWS: readonly View[] = ['whole', 'cap', 'gills', 'stem_base', 'cut', 'habitat'];
