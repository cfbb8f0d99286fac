/** A linear classifier on features: logits = features · kernel + bias. */
export interface Head {
  /** `features × classes`, row by row. */
  kernel: Float32Array;
  bias: Float32Array;
}
