import type { GraphBuilder } from './graph-builder.js';

/**
 * How a graph takes its pixels: `plain` expects them normalised, (x − 127.5) / `divisor`; `prefixed` takes
 * them raw, 0 to 255, and begins with its own Sub and Mul, named as in the MXNet exports that InsightFace
 * recognises by those names.
 */
export type InputForm = 'plain' | 'prefixed';

/**
 * From the graph's input to colours in 0 to 1. A plain graph uses neither Sub nor Mul here, so that nothing
 * in its first nodes looks like the prefix.
 */
export function addInputScaling(
  graph: GraphBuilder,
  input: string,
  form: InputForm,
  divisor: number,
): string {
  let normalised = input;
  if (form === 'prefixed') {
    const centred = graph.op('Sub', [input, graph.floats(127.5)], {}, '_minus0');
    normalised = graph.op('Mul', [centred, graph.floats(1 / divisor)], {}, '_mul0');
  }
  const scale = divisor / 255;
  const weights = [
    [scale, 0, 0],
    [0, scale, 0],
    [0, 0, scale],
  ];
  return graph.mix(normalised, weights, [0.5, 0.5, 0.5]);
}
