import { type FileHandle, open } from 'node:fs/promises';
import Pbf from 'pbf';

/** An input or output of a graph. */
export interface GraphValue {
  name: string;
  /** A number where the size is fixed, a name (or the empty string) where it is not; `null` if unknown. */
  shape: (number | string)[] | null;
}

/** What is known of an ONNX file without loading its weights. */
export interface OnnxGraph {
  /** Inputs that the caller must give (constants stored in the file are left out). */
  inputs: GraphValue[];
  outputs: GraphValue[];
  /** The first eight nodes in the file's order. */
  firstNodes: { name: string; opType: string }[];
}

/** The file is not an ONNX model. */
export class OnnxFormatError extends Error {
  override name = 'OnnxFormatError';
}

/** Nodes among which a graph's own normalization is looked for. */
const FIRST_NODES = 8;
/** Messages larger than this cannot be a name, a shape or a node's header. */
const MESSAGE_LIMIT = 64 * 1024 * 1024;

// Field numbers of onnx.proto: ModelProto.graph; GraphProto.node, initializer, input, output; and below.
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;

/**
 * Reads inputs, outputs and first nodes of an ONNX file. Weights are skipped over, not read: the cost does not
 * grow with the model.
 *
 * @throws {OnnxFormatError} when the file is not an ONNX model.
 */
export async function readOnnxGraph(path: string): Promise<OnnxGraph> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await readModel(new FieldReader(file, path, size), path, size);
  } catch (error) {
    // What the file system says is not a judgment on the file's format.
    const known = error instanceof OnnxFormatError || (error as NodeJS.ErrnoException).syscall !== undefined;
    if (known) throw error;
    throw new OnnxFormatError(`${path} is not an ONNX model, or is damaged: ${(error as Error).message}`);
  } finally {
    await file.close();
  }
}

async function readModel(reader: FieldReader, path: string, size: number): Promise<OnnxGraph> {
  const graph: OnnxGraph = { inputs: [], outputs: [], firstNodes: [] };
  const constants = new Set<string>();
  let found = false;
  for await (const model of reader.fields(0, size)) {
    if (model.number !== MODEL_GRAPH || model.wireType !== 2) continue;
    found = true;
    for await (const field of reader.fields(model.start, model.end)) {
      if (field.wireType !== 2) continue;
      if (field.number === GRAPH_NODE && graph.firstNodes.length < FIRST_NODES) {
        graph.firstNodes.push(readNode(await reader.message(field)));
      } else if (field.number === GRAPH_INITIALIZER) {
        const name = await initializerName(reader, field);
        if (name !== null) constants.add(name);
      } else if (field.number === GRAPH_INPUT) {
        graph.inputs.push(readValue(await reader.message(field)));
      } else if (field.number === GRAPH_OUTPUT) {
        graph.outputs.push(readValue(await reader.message(field)));
      }
    }
  }
  if (!found) throw new OnnxFormatError(`${path} is not an ONNX model: it holds no graph`);
  graph.inputs = graph.inputs.filter((input) => !constants.has(input.name));
  return graph;
}

interface Field {
  number: number;
  wireType: number;
  /** Byte range of the field's value in the file. */
  start: number;
  end: number;
}

/** Walks over the fields of a protobuf message in a file, reading tags and lengths only. */
class FieldReader {
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly size: number,
  ) {}

  async *fields(start: number, end: number): AsyncGenerator<Field> {
    let position = start;
    while (position < end) {
      const head = new Pbf(await this.#bytes(position, Math.min(20, this.size - position)));
      const tag = head.readVarint();
      const wireType = tag & 7;
      let length: number;
      if (wireType === 0) {
        const before = head.pos;
        head.readVarint();
        length = head.pos - before;
        head.pos = before;
      } else if (wireType === 1) length = 8;
      else if (wireType === 2) length = head.readVarint();
      else if (wireType === 5) length = 4;
      else throw this.#broken(position);
      const valueStart = position + head.pos;
      if (tag >>> 3 === 0 || !(valueStart + length <= end)) throw this.#broken(position);
      yield { number: tag >>> 3, wireType, start: valueStart, end: valueStart + length };
      position = valueStart + length;
    }
  }

  async message(field: Field): Promise<Pbf> {
    const length = field.end - field.start;
    if (length > MESSAGE_LIMIT) throw this.#broken(field.start);
    return new Pbf(await this.#bytes(field.start, length));
  }

  async #bytes(start: number, length: number): Promise<Uint8Array> {
    let offset = start - this.#windowStart;
    if (offset < 0 || offset + length > this.#window.length) {
      const window = Buffer.alloc(Math.min(Math.max(length, 4096), this.size - start));
      let read = 0;
      while (read < window.length) {
        const { bytesRead } = await this.file.read(window, read, window.length - read, start + read);
        if (bytesRead === 0) throw this.#broken(start);
        read += bytesRead;
      }
      this.#window = window;
      this.#windowStart = start;
      offset = 0;
    }
    return this.#window.subarray(offset, offset + length);
  }

  #broken(position: number): OnnxFormatError {
    return new OnnxFormatError(
      `${this.path} is not an ONNX model, or is damaged: no valid field at byte ${position} of ${this.size}`,
    );
  }
}

async function initializerName(reader: FieldReader, tensor: Field): Promise<string | null> {
  // TensorProto.name = 8; the data may come before or after it.
  for await (const field of reader.fields(tensor.start, tensor.end)) {
    if (field.number === 8 && field.wireType === 2) {
      const pbf = await reader.message(field);
      return Buffer.from(pbf.buf).toString('utf8');
    }
  }
  return null;
}

function readNode(pbf: Pbf): { name: string; opType: string } {
  return pbf.readFields(
    (tag, node) => {
      if (tag === 3) node.name = pbf.readString();
      else if (tag === 4) node.opType = pbf.readString();
    },
    { name: '', opType: '' },
  );
}

function readValue(pbf: Pbf): GraphValue {
  // ValueInfoProto {name = 1, type = 2}; TypeProto.tensor_type = 1; Tensor.shape = 2; TensorShapeProto.dim = 1;
  // Dimension {dim_value = 1, dim_param = 2}.
  const value: GraphValue = { name: '', shape: null };
  pbf.readFields((tag) => {
    if (tag === 1) value.name = pbf.readString();
    else if (tag === 2) pbf.readMessage(readType, null);
  }, null);
  return value;

  function readType(tag: number): void {
    if (tag === 1) pbf.readMessage(readTensor, null);
  }
  function readTensor(tag: number): void {
    if (tag !== 2) return;
    value.shape = [];
    pbf.readMessage(readShape, null);
  }
  function readShape(tag: number): void {
    if (tag !== 1) return;
    const dimension: { size: number | string } = { size: '' };
    pbf.readMessage((field: number) => {
      if (field === 1) dimension.size = pbf.readVarint(true);
      else if (field === 2) dimension.size = pbf.readString();
    }, null);
    value.shape!.push(dimension.size);
  }
}
