/** Share that a new measurement takes of what is known: the last thirty or so count. */
const LEARNING_RATE = 0.05;

/**
 * Learns what work takes, from what recent work took: `fixed + perUnit × units`, by least squares over measurements
 * whose weights fade exponentially. (BentoML's CorkDispatcher fits the same line to decide what to let in.)
 */
export class ServiceTime {
  // Fading sums over measurements: of 1, units, ms, units², units × ms.
  private weight = 0;
  private units = 0;
  private ms = 0;
  private unitsSquared = 0;
  private product = 0;

  /** @param firstGuessMs what a unit is taken to take until something was measured. */
  constructor(private readonly firstGuessMs: number) {}

  observe(units: number, ms: number): void {
    const keep = 1 - LEARNING_RATE;
    this.weight = keep * this.weight + 1;
    this.units = keep * this.units + units;
    this.ms = keep * this.ms + ms;
    this.unitsSquared = keep * this.unitsSquared + units * units;
    this.product = keep * this.product + units * ms;
  }

  /** Expected milliseconds for so many units in one go. */
  of(units: number): number {
    if (units === 0) return 0;
    if (this.weight === 0) return this.firstGuessMs * units;
    const meanUnits = this.units / this.weight;
    const meanMs = this.ms / this.weight;
    const variance = this.unitsSquared / this.weight - meanUnits ** 2;
    const proportional = meanMs / meanUnits;
    // Where all measurements were of about one size there is no line to fit: in proportion, then, the cautious guess.
    if (variance < 0.01 * meanUnits ** 2) return proportional * units;
    const slope = (this.product / this.weight - meanUnits * meanMs) / variance;
    // Neither a cost that falls with the work nor a negative one for starting is anything but noise.
    const perUnit = Math.min(Math.max(slope, 0), proportional);
    return meanMs + perUnit * (units - meanUnits);
  }
}
