import type { CandidatePair } from './duplicate-candidates.js';

/** A pair of photos that are copies. */
export interface CopyPair extends CandidatePair {
  hashDistance: number;
  correlation: number;
}

/** Pairs by the connected part of the graph of photos that they belong to. */
export function connectedParts<T extends { a: number; b: number }>(pairs: readonly T[]): T[][] {
  const parent = new Map<number, number>();
  const rootOf = (image: number): number => {
    let root = image;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    for (let at = image; at !== root; ) {
      const next = parent.get(at) as number;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { a, b } of pairs) {
    const [rootA, rootB] = [rootOf(a), rootOf(b)];
    if (rootA !== rootB) parent.set(rootB, rootA);
  }
  const parts = new Map<number, T[]>();
  for (const pair of pairs) {
    const root = rootOf(pair.a);
    const part = parts.get(root);
    if (part) part.push(pair);
    else parts.set(root, [pair]);
  }
  return [...parts.values()];
}

/** Indexes of the photos of some pairs, ascending. */
export function imagesOf(pairs: readonly { a: number; b: number }[]): number[] {
  return [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort((x, y) => x - y);
}
