/** A marker, and what belongs to it: of a scan its header only. */
export interface Segment {
  marker: number;
  start: number;
  end: number;
}
