/** At most `limit` of the items, evenly spread over them, in their order. */
export function everyNth<T>(items: readonly T[], limit: number): T[] {
  const count = Math.min(limit, items.length);
  return Array.from({ length: count }, (_, place) => items[Math.floor((place * items.length) / count)]!);
}
