import { z } from 'zod';

/** So many of so many, with a 95 % interval for the share. Share and interval are null where there was nothing to count. */
export const proportionSchema = z.object({
  count: z.number().int().nonnegative(),
  of: z.number().int().nonnegative(),
  share: z.number().min(0).max(1).nullable(),
  interval: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).nullable(),
});
export type Proportion = z.infer<typeof proportionSchema>;

/** The 97.5 % point of the normal distribution: two-sided 95 %. */
const Z = 1.959964;

/**
 * A share with Wilson's 95 % score interval (Wilson 1927, doi 10.1080/01621459.1927.10502953), which stays honest for
 * few photos and for shares near 0 and 1: none of 100 is "0 to 3.7 %", not "exactly 0".
 * @throws RangeError unless 0 ≤ count ≤ of.
 */
export function proportionOf(count: number, of: number): Proportion {
  if (count < 0 || count > of) throw new RangeError(`${count} of ${of} is no proportion`);
  if (of === 0) return { count, of, share: null, interval: null };
  const share = count / of;
  const centre = share + (Z * Z) / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  // Rounding may step over the ends by a bit of the last place.
  return {
    count,
    of,
    share,
    interval: [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)],
  };
}

/** The share of the items that pass. */
export function shareOf<T>(items: readonly T[], passes: (item: T) => boolean): Proportion {
  return proportionOf(items.filter(passes).length, items.length);
}
