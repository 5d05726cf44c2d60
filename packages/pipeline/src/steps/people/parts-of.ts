import { type FaceMatrix, linkageMatrix } from '@face-sets/cluster';

/** Fewer faces are no part: they may just be unlike the others. */
const LEAST_FACES = 2;

/** Parts of someone's faces. */
export interface Parts {
  /** Faces nearer than this (average linkage) are in one part; null where there are no two parts at any cut. */
  cut: number | null;
  /** Rows of each part, the largest part first; those of parts that are too small are in none. */
  parts: number[][];
}

/**
 * The parts that faces fall into by average linkage.
 *
 * @param threshold the cut; default: the highest one at which there are two parts or more
 */
export function partsOf(matrix: FaceMatrix, threshold?: number): Parts {
  const { rows } = matrix;
  const lines = linkageMatrix(matrix);
  const merges = Math.max(0, rows - 1);
  const height = (merge: number) => lines[4 * merge + 2]!;
  const sizeOf = (cluster: number) => (cluster < rows ? 1 : lines[4 * (cluster - rows) + 3]!);
  const open = new Set<number>(merges > 0 ? [rows + merges - 1] : []);
  const large = () => [...open].filter((cluster) => sizeOf(cluster) >= LEAST_FACES);
  // Merges are taken back from the highest down.
  let cut: number | null = threshold ?? null;
  for (let merge = merges - 1; merge >= 0; merge--) {
    if (cut !== null && height(merge) < cut) break;
    open.delete(rows + merge);
    open.add(lines[4 * merge]!).add(lines[4 * merge + 1]!);
    if (cut === null && large().length >= 2) cut = height(merge);
  }
  const parts = cut === null ? [] : large();
  const members = parts.map((cluster) => rowsBelow(cluster, lines, rows));
  if (members.length < 2) return { cut: threshold ?? null, parts: [] };
  return { cut, parts: members.sort((a, b) => b.length - a.length || a[0]! - b[0]!) };
}

/** Rows of a cluster, ascending. */
function rowsBelow(cluster: number, lines: Float64Array, rows: number): number[] {
  const found: number[] = [];
  const open = [cluster];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < rows) found.push(at);
    else open.push(lines[4 * (at - rows)]!, lines[4 * (at - rows) + 1]!);
  }
  return found.sort((a, b) => a - b);
}
