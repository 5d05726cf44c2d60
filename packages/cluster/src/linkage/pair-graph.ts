import type { PairChunk, SimilarityBackend } from '../similarity/similarity.js';
import { DisjointSets } from '../vectors/disjoint-sets.js';
import { distanceKey } from './distance-key.js';
import { type Points, reorderPoints } from './points.js';

/**
 * Similar pairs of points as neighbor lists: those of point p are `neighbor[start[p] .. start[p + 1])`.
 * A pair that is not listed has a cosine similarity of at most the least one asked for.
 */
export interface PairGraph {
  start: Uint32Array;
  neighbor: Int32Array;
  /** Upper bound of the exact cosine similarity of each listed pair. */
  upper: Float32Array;
  /** Points `parts[k] .. parts[k + 1] - 1` are connected by pairs, and with no others. */
  parts: Uint32Array;
}

/**
 * Neighbor lists of all pairs whose cosine similarity may be `minSimilarity` or more.
 *
 * @param keepOrder takes all points for connected, as something else than pairs may connect any of them: then their
 *   numbers, which decide between equal distances, stay
 * @returns the graph, and the points as it numbers them: connected ones in one run, where they are near each other in
 *   memory too, and in their old order
 */
export async function buildPairGraph(
  points: Points,
  minSimilarity: number,
  backend: SimilarityBackend,
  keepOrder = false,
): Promise<{ points: Points; graph: PairGraph }> {
  const { rows, cols } = points.unit;
  const own = typeof backend.tolerance === 'function' ? backend.tolerance(cols) : backend.tolerance;
  // and float32 rounding of reported values and of unit lengths
  const tolerance = own + 1e-6;
  const chunks: PairChunk[] = [];
  const degree = new Uint32Array(rows);
  const connected = new DisjointSets(rows);
  const { parent } = connected;
  let total = 0;
  await backend.pairs(points.unit, minSimilarity - tolerance, (chunk) => {
    const { i, j } = chunk;
    chunks.push(chunk);
    for (let k = 0; k < i.length; k++) {
      if (i[k] >= j[k]) continue;
      degree[i[k]]++;
      degree[j[k]]++;
      total += 2;
      // most are known to be connected by then
      if (parent[i[k]] !== parent[j[k]]) connected.union(i[k], j[k]);
    }
  });
  const { order, parts } = membersInRuns(keepOrder ? new Int32Array(rows) : connected.names());
  const placeOf = new Int32Array(rows);
  const start = new Uint32Array(rows + 1);
  order.forEach((point, place) => {
    placeOf[point] = place;
    start[place + 1] = start[place] + degree[point];
  });

  const neighbor = new Int32Array(total);
  const upper = new Float32Array(total);
  const next = start.slice(0, rows);
  for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
    const { i, j, similarity } = chunk;
    for (let k = 0; k < i.length; k++) {
      if (i[k] >= j[k]) continue;
      const [a, b] = [placeOf[i[k]], placeOf[j[k]]];
      const to = next[a]++;
      neighbor[to] = b;
      upper[to] = similarity[k] + tolerance;
      const back = next[b]++;
      neighbor[back] = a;
      upper[back] = similarity[k] + tolerance;
    }
  }
  return { points: reorderPoints(points, order), graph: { start, neighbor, upper, parts } };
}

/** Members of sets in the order of their sets' names, each set's in their own order, and where each set begins. */
function membersInRuns(names: Int32Array): { order: Int32Array; parts: Uint32Array } {
  const size = new Uint32Array(names.length);
  for (const name of names) size[name]++;
  const next = new Uint32Array(names.length);
  const parts = [0];
  for (let name = 0; name < names.length; name++) {
    if (size[name] === 0) continue;
    next[name] = parts[parts.length - 1];
    parts.push(next[name] + size[name]);
  }
  const order = new Int32Array(names.length);
  names.forEach((name, member) => {
    order[next[name]++] = member;
  });
  return { order, parts: Uint32Array.from(parts) };
}

/** Keys of the exact distances of the graph's pairs, in the order of its neighbor lists. */
export function exactPairKeys(points: Points, graph: PairGraph): Float64Array {
  const { unit } = points;
  const keys = new Float64Array(graph.neighbor.length);
  for (let p = 0; p < unit.rows; p++) {
    for (let e = graph.start[p]; e < graph.start[p + 1]; e++) {
      const other = graph.neighbor[e];
      keys[e] = distanceKey(1 - unit.cosine(p, other));
    }
  }
  return keys;
}
