import {
  encodeOnnx,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  type Shape,
} from './onnx-writer.js';

/** Collects the nodes and constants of one graph; the values between them are plain names. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];

  constructor(readonly name: string) {}

  /** Declares an input of 32-bit floats and returns its name. */
  input(name: string, shape: Shape): string {
    this.inputs.push({ name, shape });
    return name;
  }

  /** A float constant; a bare number is a one-element tensor that broadcasts. */
  floats(values: number | readonly number[] | Float32Array, dims?: readonly number[]): string {
    const data = typeof values === 'number' ? Float32Array.of(values) : Float32Array.from(values);
    return this.constant(data, dims ?? [data.length]);
  }

  /** A constant of whole numbers (shapes, indices). */
  integers(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  private constant(data: OnnxTensor['data'], dims: readonly number[]): string {
    const name = `const_${this.initializers.length}`;
    this.initializers.push({ name, dims, data });
    return name;
  }

  /** Adds a node with one output and returns the output's name. */
  op(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}, name?: string): string {
    return this.ops(op, inputs, 1, attributes, name)[0];
  }

  /** Adds a node with several outputs and returns their names. */
  ops(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    name = `${op}_${this.nodes.length}`,
  ): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `${this.nodes.length}_${i}`);
    this.nodes.push({ op, name, inputs, outputs, attributes });
    return outputs;
  }

  /** Names a value as an output of the graph. */
  output(value: string, name: string, shape: Shape): void {
    this.nodes.push({
      op: 'Identity',
      name: `Identity_${name}`,
      inputs: [value],
      outputs: [name],
      attributes: {},
    });
    this.outputs.push({ name, shape });
  }

  /** A 1×1 convolution: each output channel a weighted sum of the input channels plus its bias. */
  mix(value: string, weights: readonly (readonly number[])[], bias?: readonly number[]): string {
    const kernel = this.floats(weights.flat(), [weights.length, weights[0].length, 1, 1]);
    return this.op('Conv', bias ? [value, kernel, this.floats(bias)] : [value, kernel]);
  }

  /** The ONNX file's bytes. */
  encode(): Uint8Array {
    return encodeOnnx(this);
  }
}
