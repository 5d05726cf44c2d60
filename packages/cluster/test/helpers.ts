import type { NpyArray } from '@face-sets/npz';
import { readNpz } from '@face-sets/npz/file';
import { sharedPath } from '@face-sets/testing';
import { type FaceMatrix, matrixFrom } from '../src/index.js';

export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Unit vector in the plane at so many degrees. */
export const at = (degrees: number) => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
];

/** Cosine distance of two vectors with so many degrees between them. */
export const cosine = (degrees: number) => 1 - Math.cos((degrees * Math.PI) / 180);

/** People as random directions, each with `faces` rows around it; larger `spread` makes them overlap. */
export function people(sizes: number[], cols: number, spread: number, random: () => number): FaceMatrix {
  const rows: number[][] = [];
  for (const faces of sizes) {
    const center = Array.from({ length: cols }, () => gaussian(random));
    for (let f = 0; f < faces; f++) rows.push(center.map((value) => value + spread * gaussian(random)));
  }
  return matrixFrom(rows, cols);
}

export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export const GOLDENS = ['people', 'overlapping'] as const;
export const goldens = sharedPath('goldens/cluster');

/** scikit-learn's labels for embeddings, by `<linkage>_<threshold>`. */
export async function readGolden(name: (typeof GOLDENS)[number]) {
  const npz = await readNpz(sharedPath('goldens/cluster', `${name}.npz`)!);
  const arrays: Record<string, NpyArray> = npz.arrays;
  const [rows, cols] = arrays.X.shape;
  const matrix: FaceMatrix = { data: arrays.X.data as Float32Array, rows, cols };
  const partitions = Object.entries(arrays)
    .map(([key, array]) => ({
      cut: /^(average|complete|single)_([\d.]+)$/.exec(key),
      labels: array.data as Int32Array,
    }))
    .filter(({ cut }) => cut)
    .map(({ cut, labels }) => ({
      linkage: cut![1] as 'average' | 'complete' | 'single',
      threshold: Number(cut![2]),
      labels,
    }));
  return { matrix, partitions, identity: arrays.identity.data, arrays };
}
