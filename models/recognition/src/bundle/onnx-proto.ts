import protobuf from 'protobufjs';

/**
 * What of the ONNX format the networks of a bundle need; fields left out are never written.
 * Source: onnx/onnx.proto (IR version 10).
 */
const { root } = protobuf.parse(`
  syntax = "proto3";

  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message AttributeProto {
    string name = 1;
    int64 i = 3;
    bytes s = 4;
    TensorProto t = 5;
    GraphProto g = 6;
    repeated int64 ints = 8;
    AttributeType type = 20;
  }
  enum AttributeType { UNDEFINED = 0; INT = 2; STRING = 3; TENSOR = 4; GRAPH = 5; INTS = 7; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TypeProto {
    message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
    oneof value { Tensor tensor_type = 1; }
  }
  message TensorShapeProto {
    message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
    repeated Dimension dim = 1;
  }
`);

/** The message that a file `*.onnx` holds. */
export const onnxModelType = root.lookupType('ModelProto');
