/**
 * Chance that a photo of one kind scores higher than one of the other (area under the ROC curve; by the Mann–Whitney
 * count, ties half). 0.5 tells nothing apart, 1 everything. NaN where a kind has no photos.
 */
export function areaUnderCurve(wanted: readonly number[], unwanted: readonly number[]): number {
  const sorted = [...unwanted].sort((a, b) => a - b);
  const below = (value: number, orEqual: boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = wanted.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0);
  return wins / (wanted.length * unwanted.length);
}

/**
 * Share of the unwanted that a threshold on the score turns away, where it turns away at most `lost` of the wanted.
 * NaN where a kind has no photos.
 */
export function rejectedAt(lost: number, wanted: readonly number[], unwanted: readonly number[]): number {
  const sorted = [...wanted].sort((a, b) => a - b);
  const threshold = sorted[Math.floor(sorted.length * lost)];
  return threshold === undefined ? Number.NaN : unwanted.filter((score) => score < threshold).length / unwanted.length;
}
