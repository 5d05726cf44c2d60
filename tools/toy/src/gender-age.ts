import { GraphBuilder } from './graph-builder.js';
import { addInputScaling } from './input-scaling.js';

/**
 * Bytes of the gender and age model: `data [None, 3, 96, 96]` raw pixels to `fc1 [None, 3]` (two class
 * scores, age / 100). Its answers follow the crop's mean color and mean nothing; it is there because the
 * real packs hold such a file, which a loader has to recognize and leave alone.
 */
export function buildGenderAge(): Uint8Array {
  const graph = new GraphBuilder('toy-genderage');
  const input = graph.input('data', ['None', 3, 96, 96]);
  const mean = graph.op('GlobalAveragePool', [addInputScaling(graph, input, 'prefixed', 128)]);
  const answer = graph.mix(
    mean,
    [
      [1, -1, 0],
      [-1, 1, 0],
      [0.2, 0.2, 0.2],
    ],
    [0, 0, 0.1],
  );
  graph.output(graph.op('Flatten', [answer]), 'fc1', ['None', 3]);
  return graph.encode();
}
