"""Reads a graph of TensorFlow.js by protobuf's own parser of JSON, and prints what it holds, as JSON.

    python read_graph.py model.json
"""

import json
import sys
from pathlib import Path

from google.protobuf import json_format
from tensorboardX.proto.graph_pb2 import GraphDef

topology = json.loads(Path(sys.argv[1]).read_text())["modelTopology"]
graph = json_format.Parse(json.dumps(topology), GraphDef())
again = GraphDef.FromString(graph.SerializeToString())
image = next(node for node in again.node if node.op == "Placeholder")
print(json.dumps({
    "producer": again.versions.producer,
    "nodes": [f"{node.op} {node.name}" for node in again.node],
    "input": [dimension.size for dimension in image.attr["shape"].shape.dim],
}))
