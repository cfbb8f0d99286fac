import type { CostMatrix } from '@mushroom/recognition/bundle/bundle.schema';

/**
 * What answers cost, in units of "a harmless mushroom called dangerous". 100 : 1 is the ratio that the FungiCLEF
 * challenge uses for poisonous called edible (Picek et al. 2024). "Unknown, do not eat" leaves everybody alive, but
 * is a worse answer than the right one: half a unit where the mushroom is harmless, and a whole one where it is
 * dangerous, since the person misses the reason to act.
 */
export const COSTS: CostMatrix = {
  dangerousCalledHarmless: 100,
  harmlessCalledDangerous: 1,
  dangerousCalledUnknown: 1,
  harmlessCalledUnknown: 0.5,
  understated: 10,
  overstated: 1,
};
