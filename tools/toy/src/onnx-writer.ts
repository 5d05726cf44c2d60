import Pbf from 'pbf';

/** Dimensions of a graph's input or output: a number, a name (any size), or `null` (unknown). */
export type Shape = readonly (number | string | null)[];

/** A constant tensor of a graph. 64-bit integers hold shapes and indices, floats everything else. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** The value of an attribute. A number is written as an integer, `{ float }` as a float. */
export type OnnxAttribute = number | { readonly float: number } | string | readonly number[];

/** One operation of a graph. */
export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of a graph; always 32-bit floats here. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
}

/** A whole graph, nodes in an order in which each one's inputs are known. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const IR_VERSION = 6;
const OPSET = 11;
const FLOAT = 1;
const INT64 = 7;

/**
 * The bytes of an ONNX file (IR version 6, operator set 11, as InsightFace's own models use). Field numbers
 * are those of the published `onnx.proto`.
 */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'face-sets toy models');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, (version: number, p) => p.writeVarintField(2, version), OPSET);
  return pbf.finish();
}

function writeGraph(graph: OnnxGraph, pbf: Pbf): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const input of graph.inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of graph.outputs) pbf.writeMessage(12, writeValue, output);
}

function writeNode(node: OnnxNode, pbf: Pbf): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.op);
  for (const entry of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, OnnxAttribute], pbf: Pbf): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, 2);
  } else if (typeof value === 'string') {
    pbf.writeBytesField(4, new TextEncoder().encode(value));
    pbf.writeVarintField(20, 3);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, 1);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, 7);
  }
}

function writeTensor({ name, dims, data }: OnnxTensor, pbf: Pbf): void {
  for (const dim of dims) pbf.writeVarintField(1, dim);
  pbf.writeVarintField(2, data instanceof Float32Array ? FLOAT : INT64);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, littleEndian(data));
}

/** The numbers' bytes, lowest first, whatever the machine's own order is. */
function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const out = new Uint8Array(data.byteLength);
  const view = new DataView(out.buffer);
  if (data instanceof Float32Array) {
    for (let i = 0; i < data.length; i++) view.setFloat32(4 * i, data[i], true);
  } else {
    for (let i = 0; i < data.length; i++) view.setBigInt64(8 * i, data[i], true);
  }
  return out;
}

function writeValue({ name, shape }: OnnxValue, pbf: Pbf): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, shape);
}

function writeType(shape: Shape, pbf: Pbf): void {
  pbf.writeMessage(1, writeTensorType, shape);
}

function writeTensorType(shape: Shape, pbf: Pbf): void {
  pbf.writeVarintField(1, FLOAT);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: Shape, pbf: Pbf): void {
  for (const dim of shape) pbf.writeMessage(1, writeDim, dim);
}

function writeDim(dim: number | string | null, pbf: Pbf): void {
  if (typeof dim === 'number') pbf.writeVarintField(1, dim);
  else if (typeof dim === 'string') pbf.writeStringField(2, dim);
}
