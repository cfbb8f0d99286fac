import type { View } from '@mushroom/models/decision/identification';

/** What a photo may show, in the order in which one takes them, with how to take it. */
export const VIEW_WORDS: Record<View, { name: string; how: string }> = {
  whole: { name: 'Whole', how: 'The whole mushroom from the side, cap to ground.' },
  cap: { name: 'Cap', how: 'The top of the cap, straight from above.' },
  gills: { name: 'Underside', how: 'Gills, pores or spines under the cap.' },
  stem_base: { name: 'Stem base', how: 'The foot dug out of the soil: a sack or bulb there is a deadly sign.' },
  cut: { name: 'Cut', how: 'Cut through from top to bottom; wait a minute for colours to change.' },
  habitat: { name: 'Place', how: 'Where it grows: trees, grass, wood, its neighbours.' },
};

export const VIEWS = Object.keys(VIEW_WORDS) as View[];
