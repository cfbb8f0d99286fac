/** A probability as a percentage. The ends stay open: no estimate from a photo is nothing or certain. */
export function percent(share: number): string {
  if (share < 0.01) return '< 1 %';
  if (share > 0.99) return '> 99 %';
  return `${Math.round(share * 100)} %`;
}
