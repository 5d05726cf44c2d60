import { checkEntries, InvalidArgumentError } from '../invalid-argument.js';
import { DisjointSets } from '../vectors/disjoint-sets.js';
import { dot } from '../vectors/dot.js';
import { checkMatrix, type FaceMatrix, hasDirection, rowLength } from '../vectors/matrix.js';
import { distanceKey } from './distance-key.js';

/** Two rows of a matrix. */
export type RowPair = readonly [number, number];

/** What is known about faces beside their embeddings. */
export interface FaceConstraints {
  /**
   * Image that each face is in, by any numbering. Faces in one image are taken for different people, which is a
   * preference: see `strongThreshold`. Default: nothing is known of images, and nothing follows from them.
   */
  imageIndex?: ArrayLike<number>;
  /**
   * A similarity so strong that it overrides what images say: two faces in one image that are nearer than this cosine
   * distance (mirrors, collages, photos of photos) are not in conflict at all, and clusters all of whose faces are
   * in conflict still merge when they are nearer than this. Default: half the threshold of the clustering; 0 for never.
   */
  strongThreshold?: number;
  /** Faces of one person, whatever their distance; also by way of others: a with b and b with c is a with c. */
  mustLink?: readonly RowPair[];
  /** Faces of different people, whatever their distance. */
  cannotLink?: readonly RowPair[];
}

/** Constraints between the items that a linkage starts with: faces, or clusters of them. */
export interface ItemConstraints {
  /** Items that belong together. */
  links: RowPair[];
  /** Items that must stay apart. */
  vetoes: RowPair[];
  /** Items that should stay apart; a pair counts as often as it is listed. */
  conflicts: RowPair[];
  /** What is added to the distance of clusters all of whose faces are in conflict. */
  strength: number;
  /** Number of faces in each item; 1 in each where it is missing. */
  faces?: ArrayLike<number>;
}

/**
 * Constraints between the rows of a matrix, clustered with a threshold.
 *
 * @throws {InvalidArgumentError} for a pair of rows that are not there, an `imageIndex` of another length, a `strongThreshold` that
 *   is not a distance, or two rows that must be linked and cannot be
 */
export function rowConstraints(
  matrix: FaceMatrix,
  constraints: FaceConstraints,
  threshold: number,
): ItemConstraints {
  checkMatrix(matrix);
  const { imageIndex, mustLink = [], cannotLink = [], strongThreshold = threshold / 2 } = constraints;
  if (!(strongThreshold >= 0)) {
    throw new InvalidArgumentError(
      `strongThreshold must be a cosine distance of 0 or more, got ${strongThreshold}`,
    );
  }
  checkPairs('mustLink', mustLink, matrix.rows);
  checkPairs('cannotLink', cannotLink, matrix.rows);
  const people = new DisjointSets(matrix.rows);
  for (const [a, b] of mustLink) people.union(a, b);
  for (const [a, b] of cannotLink) {
    if (people.find(a) === people.find(b)) {
      throw new InvalidArgumentError(
        `rows ${a} and ${b} are in cannotLink, but mustLink makes one person of them: drop one of the two`,
      );
    }
  }
  return {
    links: [...mustLink],
    vetoes: [...cannotLink],
    conflicts: imageIndex ? imageConflicts(matrix, imageIndex, strongThreshold) : [],
    strength: Math.max(0, threshold - strongThreshold),
  };
}

/** Pairs of rows in one image that are at least so far apart. Rows without a direction are in no pair. */
function imageConflicts(matrix: FaceMatrix, imageIndex: ArrayLike<number>, strong: number): RowPair[] {
  const { data, rows, cols } = matrix;
  checkEntries('imageIndex', imageIndex.length, rows);
  const images = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const others = images.get(imageIndex[row]);
    if (others) others.push(row);
    else images.set(imageIndex[row], [row]);
  }
  const conflicts: RowPair[] = [];
  const limit = distanceKey(strong);
  for (const all of images.values()) {
    if (all.length < 2) continue;
    const faces = all.filter((row) => hasDirection(matrix, row));
    const scale = faces.map((row) => 1 / rowLength(data, row, cols));
    for (let a = 0; a < faces.length; a++) {
      for (let b = a + 1; b < faces.length; b++) {
        const similarity = dot(data, faces[a] * cols, data, faces[b] * cols, cols) * (scale[a] * scale[b]);
        if (distanceKey(1 - similarity) >= limit) conflicts.push([faces[a], faces[b]]);
      }
    }
  }
  return conflicts;
}

/**
 * Constraints between clusters of faces, from those between the faces. What is within a cluster already stays
 * there.
 *
 * @param labels cluster of each row, 0..k-1; a row with a negative label belongs to none
 */
export function clusterConstraints(constraints: ItemConstraints, labels: ArrayLike<number>): ItemConstraints {
  const between = (pairs: readonly RowPair[]) =>
    pairs.map(([a, b]): RowPair => [labels[a], labels[b]]).filter(([a, b]) => a !== b && a >= 0 && b >= 0);
  const faces: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < 0) continue;
    while (faces.length <= labels[row]) faces.push(0);
    faces[labels[row]]++;
  }
  return {
    links: between(constraints.links),
    vetoes: between(constraints.vetoes),
    conflicts: between(constraints.conflicts),
    strength: constraints.strength,
    faces,
  };
}

/** Items that take part in a veto, or are linked to one that does: 1 for each. */
export function vetoedItems({ links, vetoes }: ItemConstraints, items: number): Uint8Array {
  const linked = new DisjointSets(items);
  for (const [a, b] of links) linked.union(a, b);
  const vetoed = new Uint8Array(items);
  for (const [a, b] of vetoes) vetoed[linked.find(a)] = vetoed[linked.find(b)] = 1;
  return vetoed.map((_, item) => vetoed[linked.find(item)]);
}

function checkPairs(name: string, pairs: readonly RowPair[], rows: number): void {
  for (const pair of pairs) {
    const isRow = (row: number) => Number.isInteger(row) && row >= 0 && row < rows;
    if (pair.length !== 2 || !pair.every(isRow)) {
      throw new InvalidArgumentError(
        `${name} has the pair [${pair.join(', ')}], expected two rows of 0 to ${rows - 1}`,
      );
    }
    if (name === 'cannotLink' && pair[0] === pair[1]) {
      throw new InvalidArgumentError(
        `${name} has the pair [${pair.join(', ')}], expected two different rows`,
      );
    }
  }
}
