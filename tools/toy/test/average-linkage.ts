import { cosineDistance } from './host.js';

/** Average linkage under cosine distance by its definition: merge the nearest two while nearer than `threshold`. */
export function averageLinkage(vectors: readonly Float32Array[], threshold: number): number[] {
  const clusters = vectors.map((_, i) => [i]);
  const distance = vectors.map((a) => vectors.map((b) => cosineDistance(a, b)));
  for (;;) {
    let best = { value: threshold, a: -1, b: -1 };
    for (let a = 0; a < clusters.length; a++)
      for (let b = 0; b < a; b++) if (distance[a][b] < best.value) best = { value: distance[a][b], a, b };
    if (best.a < 0) break;
    const { a, b } = best;
    const [na, nb] = [clusters[a].length, clusters[b].length];
    for (let c = 0; c < clusters.length; c++) {
      distance[b][c] = distance[c][b] = (na * distance[a][c] + nb * distance[b][c]) / (na + nb);
    }
    clusters[b].push(...clusters[a]);
    clusters.splice(a, 1);
    distance.splice(a, 1);
    for (const row of distance) row.splice(a, 1);
  }
  const labels = Array<number>(vectors.length);
  clusters.forEach((members, label) => {
    for (const i of members) labels[i] = label;
  });
  return labels;
}
