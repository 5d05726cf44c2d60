import type { GraphBuilder } from './graph-builder.js';

/**
 * How a graph takes its pixels: `plain` expects them normalized, (x − 127.5) / `divisor`; `prefixed` takes
 * them raw, 0 to 255, and begins with its own Sub and Mul, named as in the MXNet exports that InsightFace
 * recognizes by those names.
 */
export type InputForm = 'plain' | 'prefixed';

/**
 * From the graph's input to colors in 0 to 1. A plain graph uses neither Sub nor Mul here, so that nothing
 * in its first nodes looks like the prefix.
 */
export function addInputScaling(
  graph: GraphBuilder,
  input: string,
  form: InputForm,
  divisor: number,
): string {
  let normalized = input;
  if (form === 'prefixed') {
    const centered = graph.op('Sub', [input, graph.floats(127.5)], {}, '_minus0');
    normalized = graph.op('Mul', [centered, graph.floats(1 / divisor)], {}, '_mul0');
  }
  const scale = divisor / 255;
  const weights = [
    [scale, 0, 0],
    [0, scale, 0],
    [0, 0, scale],
  ];
  return graph.mix(normalized, weights, [0.5, 0.5, 0.5]);
}
