import { distanceKey } from './distance-key.js';
import { dot } from './dot.js';
import { normalizeRows } from './matrix.js';
import type { Points } from './points.js';
import type { PairChunk, SimilarityBackend } from './similarity.js';

/**
 * Similar pairs of points as neighbour lists: those of point p are `neighbor[start[p] .. start[p + 1])`.
 * A pair that is not listed has a cosine similarity of at most the least one asked for.
 */
export interface PairGraph {
  start: Uint32Array;
  neighbor: Int32Array;
  /** Upper bound of the exact cosine similarity of each listed pair. */
  upper: Float32Array;
}

/** Neighbour lists of all pairs whose cosine similarity may be `minSimilarity` or more. */
export async function buildPairGraph(
  points: Points,
  minSimilarity: number,
  backend: SimilarityBackend,
): Promise<PairGraph> {
  const { rows, cols } = points.vectors;
  const own = typeof backend.tolerance === 'function' ? backend.tolerance(cols) : backend.tolerance;
  // and float32 rounding of reported values and of unit lengths
  const tolerance = own + 1e-6;
  const chunks: PairChunk[] = [];
  const start = new Uint32Array(rows + 1);
  let total = 0;
  await backend.pairs(normalizeRows(points.vectors), minSimilarity - tolerance, (chunk) => {
    chunks.push(chunk);
    for (let k = 0; k < chunk.i.length; k++) {
      if (chunk.i[k] >= chunk.j[k]) continue;
      start[chunk.i[k] + 1]++;
      start[chunk.j[k] + 1]++;
      total += 2;
    }
  });
  for (let p = 0; p < rows; p++) start[p + 1] += start[p];

  const neighbor = new Int32Array(total);
  const upper = new Float32Array(total);
  const next = start.slice(0, rows);
  for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
    const { i, j, similarity } = chunk;
    for (let k = 0; k < i.length; k++) {
      if (i[k] >= j[k]) continue;
      const to = next[i[k]]++;
      neighbor[to] = j[k];
      upper[to] = similarity[k] + tolerance;
      const back = next[j[k]]++;
      neighbor[back] = i[k];
      upper[back] = similarity[k] + tolerance;
    }
  }
  return { start, neighbor, upper };
}

/** Keys of the exact distances of the graph's pairs, in the order of its neighbour lists. */
export function exactPairKeys(points: Points, graph: PairGraph): Float64Array {
  const { data, rows, cols } = points.vectors;
  const keys = new Float64Array(graph.neighbor.length);
  for (let p = 0; p < rows; p++) {
    for (let e = graph.start[p]; e < graph.start[p + 1]; e++) {
      const other = graph.neighbor[e];
      const scale = points.scale[p] * points.scale[other];
      keys[e] = distanceKey(1 - dot(data, p * cols, data, other * cols, cols) * scale);
    }
  }
  return keys;
}
