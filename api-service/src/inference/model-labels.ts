/** The model that an engine serves; every metric of inference is labelled with it. */
export interface ModelLabels {
  model: string;
  version: string;
}
