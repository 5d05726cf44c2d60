import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../src/graph-builder.js';
import { floats, load, run } from './host.js';

describe('encodeOnnx', () => {
  it('writes attributes of every kind and both tensor types so that ONNX Runtime reads them', async () => {
    const graph = new GraphBuilder('kinds');
    const input = graph.input('x', ['n', 4]);
    const leaky = graph.op('LeakyRelu', [input], { alpha: { float: 0.25 } });
    const squares = graph.op('Reshape', [leaky, graph.integers([-1, 1, 2, 2])]);
    const padded = graph.op('Pad', [squares, graph.integers([0, 0, 1, 0, 0, 0, 0, 0])], { mode: 'constant' });
    const summed = graph.op('ReduceSum', [padded], { axes: [2, 3], keepdims: 0 });
    graph.output(graph.op('Add', [summed, graph.floats([0.5])]), 'y', ['n', 1]);
    const session = await load(graph.encode());
    expect(session.inputMetadata).toMatchObject([{ name: 'x', shape: ['n', 4] }]);
    expect(session.outputMetadata).toMatchObject([{ name: 'y', shape: ['n', 1] }]);
    const [y] = await run(session, Float32Array.of(1, 2, -4, 3, -1, -1, -1, -1), [2, 4]);
    expect([...floats(y)]).toEqual([1 + 2 - 1 + 3 + 0.5, -1 + 0.5]);
  });

  it('writes a value that needs more than one byte of a varint', async () => {
    const graph = new GraphBuilder('long');
    const length = 70_000;
    const input = graph.input('x', [1, length]);
    const weights = Float32Array.from({ length }, (_, i) => (i === length - 1 ? 3 : 0));
    graph.output(graph.op('MatMul', [input, graph.floats(weights, [length, 1])]), 'y', [1, 1]);
    const [y] = await run(await load(graph.encode()), new Float32Array(length).fill(2), [1, length]);
    expect([...floats(y)]).toEqual([6]);
  });
});
