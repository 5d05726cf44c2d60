import type { Normalization } from '@face-sets/quality';
import type { OnnxGraph } from './onnx-graph.js';

/** The graph subtracts and multiplies by itself: it wants the gray levels as they are. */
const NONE: Normalization = { mean: 0, std: 1 };

/** What a recognition model wants its input to be. */
export function recognitionNormalization(graph: Pick<OnnxGraph, 'firstNodes'>): Normalization {
  return normalizesItself(graph) ? NONE : { mean: 127.5, std: 127.5 };
}

/** What a landmark or attribute model wants its input to be. */
export function landmarkNormalization(graph: Pick<OnnxGraph, 'firstNodes'>): Normalization {
  const batchNorm = graph.firstNodes.slice(0, 3).some((node) => node.name === 'bn_data');
  return batchNorm || normalizesItself(graph) ? NONE : { mean: 127.5, std: 128 };
}

/**
 * Whether a subtraction and a multiplication are among the graph's first eight nodes. InsightFace goes by the
 * nodes' names; where a node has none, its operator tells.
 */
function normalizesItself({ firstNodes }: Pick<OnnxGraph, 'firstNodes'>): boolean {
  const begins = (...prefixes: string[]) =>
    firstNodes.some(({ name, opType }) => prefixes.some((prefix) => (name || opType).startsWith(prefix)));
  return begins('Sub', '_minus') && begins('Mul', '_mul');
}
