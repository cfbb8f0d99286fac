/** A TensorFlow.js graph model: the text of `model.json`, and the one weight file it names. */
export interface GraphModelFiles {
  modelJson: string;
  weights: Buffer;
}
