import Pbf from 'pbf';

// Numbers of the published onnx.proto: operator sets, types of elements and of attributes.
const IR_VERSION = 7;
const OPSET = 12;
const FLOAT = 1;
const INT32 = 6;
const INT_ATTRIBUTE = 2;

interface Node {
  op: string;
  inputs: string[];
  output: string;
  attributes?: Record<string, number>;
}

/** Similar pairs of rows of `a` and `b`: all products, those above `limit` found, their places and values. */
const NODES: Node[] = [
  { op: 'Gemm', inputs: ['a', 'b'], output: 'product', attributes: { transB: 1 } },
  { op: 'Greater', inputs: ['product', 'limit'], output: 'above' },
  { op: 'NonZero', inputs: ['above'], output: 'columns_of_places' },
  { op: 'Transpose', inputs: ['columns_of_places'], output: 'places' },
  { op: 'GatherND', inputs: ['product', 'places'], output: 'similarity' },
  { op: 'Cast', inputs: ['columns_of_places'], output: 'pairs', attributes: { to: INT32 } },
];

const INPUTS: [string, (string | number)[]][] = [
  ['a', ['m', 'd']],
  ['b', ['n', 'd']],
  ['limit', []],
];

/**
 * The bytes of an ONNX graph with inputs `a` [m, d], `b` [n, d] and `limit` [] (float32) and outputs `pairs`
 * [2, found] (int32: rows of `a`, then rows of `b`) and `similarity` [found] (float32): the pairs of rows whose product is
 * above the limit.
 */
export function similarityGraph(): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeMessage(7, writeGraph, null);
  pbf.writeMessage(8, (_: null, opset) => opset.writeVarintField(2, OPSET), null);
  return pbf.finish();
}

function writeGraph(_: null, graph: Pbf): void {
  for (const node of NODES) graph.writeMessage(1, writeNode, node);
  graph.writeStringField(2, 'similar pairs');
  for (const [name, shape] of INPUTS) graph.writeMessage(11, writeValue, { name, type: FLOAT, shape });
  graph.writeMessage(12, writeValue, { name: 'pairs', type: INT32, shape: [2, 'found'] });
  graph.writeMessage(12, writeValue, { name: 'similarity', type: FLOAT, shape: ['found'] });
}

function writeNode({ op, inputs, output, attributes = {} }: Node, node: Pbf): void {
  for (const input of inputs) node.writeStringField(1, input);
  node.writeStringField(2, output);
  node.writeStringField(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    node.writeMessage(
      5,
      (_: null, attribute) => {
        attribute.writeStringField(1, name);
        attribute.writeVarintField(3, value);
        attribute.writeVarintField(20, INT_ATTRIBUTE);
      },
      null,
    );
  }
}

interface Value {
  name: string;
  type: number;
  shape: (string | number)[];
}

// ValueInfoProto {name, type {tensor_type {elem_type, shape {dim {value, name}}}}}
function writeValue({ name, type, shape }: Value, value: Pbf): void {
  value.writeStringField(1, name);
  value.writeMessage(2, (_: null, outer) => outer.writeMessage(1, writeTensor, null), null);

  function writeTensor(_: null, tensor: Pbf): void {
    tensor.writeVarintField(1, type);
    tensor.writeMessage(2, writeShape, null);
  }
  function writeShape(_: null, dims: Pbf): void {
    for (const size of shape) {
      dims.writeMessage(
        1,
        (_: null, dim) => {
          if (typeof size === 'number') dim.writeVarintField(1, size);
          else dim.writeStringField(2, size);
        },
        null,
      );
    }
  }
}
