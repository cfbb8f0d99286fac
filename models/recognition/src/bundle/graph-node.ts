/** An operation of a graph model, as `modelTopology` lists them: a NodeDef in protobuf's JSON. */
export interface GraphNode<Attributes extends object = Record<string, unknown>> {
  name: string;
  op: string;
  /** The nodes whose outputs it takes, in order; none where it takes none. */
  input?: string[];
  attr?: Attributes;
}

/** The operations of a graph model, each after those that it takes its inputs from. */
export interface GraphTopology<Attributes extends object = Record<string, unknown>> {
  node: GraphNode<Attributes>[];
}
