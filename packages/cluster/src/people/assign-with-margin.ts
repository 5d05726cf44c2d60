import { dot } from '../vectors/dot.js';
import { checkMatrix, type FaceMatrix, normalizeRows, rowLength } from '../vectors/matrix.js';
import { assignToPeople } from './assign-people.js';

export interface AssignWithMarginOptions {
  /** Image that each face is in, by any numbering. */
  imageIndex: ArrayLike<number>;
  /** Largest cosine distance of a face to the centroid of its person. Default 0.45. */
  threshold?: number;
  /**
   * A face must be nearer to its person than to everyone else who may be meant, by at least this cosine distance.
   * Default 0.05; 0 gives it to the nearest, however little the difference.
   */
  margin?: number;
  /**
   * A second face in an image goes to the same person only if it is nearer than this; see `assignToPeople`. Default
   * half of `threshold`; 0 for never.
   */
  strongThreshold?: number;
  /** People who are known to be in an image already, by its number. */
  peopleInImage?: ReadonlyMap<number, Iterable<number>>;
}

/** What became of one face in {@link assignWithMargin}. People are rows of the centroids. */
export type MarginOutcome =
  | { status: 'assigned'; person: number; distance: number }
  | { status: 'rejected'; reason: 'invalid-embedding' }
  /** Nobody is near; `person` is the nearest, -1 where there is nobody at all. */
  | { status: 'rejected'; reason: 'far'; person: number; distance: number; limit: number }
  /** `other` is nearly as near as `person`. */
  | {
      status: 'rejected';
      reason: 'ambiguous';
      person: number;
      distance: number;
      other: number;
      otherDistance: number;
      limit: number;
    }
  /** Another face in the image is nearer to `person`, and this one is near to nobody else. */
  | { status: 'rejected'; reason: 'same-image'; person: number; distance: number };

/**
 * Assigns each face to its nearest person within a threshold, if no one else is nearly as near; otherwise to nobody, with
 * the reason. Two faces of one image never go to one person, unless both are very similar to it (a mirror, a photo on
 * the wall). The nearest face of an image is assigned first; a person whom another face of the image already has does
 * not count for the margin.
 *
 * @param matrix    faces, not necessarily normalized
 * @param centroids of the people, a row each, as from `buildIdentity`
 * @returns one for each row of `matrix`
 * @throws {InvalidArgumentError} where `imageIndex` has not one entry for each row, or the rows have different lengths
 */
export function assignWithMargin(
  matrix: FaceMatrix,
  centroids: FaceMatrix,
  options: AssignWithMarginOptions,
): MarginOutcome[] {
  const { imageIndex, threshold = 0.45, margin = 0.05, strongThreshold, peopleInImage } = options;
  checkMatrix(matrix);
  const people = normalizeRows(centroids);
  const prototypes = {
    vectors: people,
    person: Int32Array.from({ length: people.rows }, (_, person) => person),
    weight: new Int32Array(people.rows).fill(1),
  };
  const { person, distance } = assignToPeople(matrix, prototypes, {
    threshold,
    neighbors: 1,
    imageIndex,
    peopleInImage,
    strongThreshold,
  });
  const present = new Map<number, Set<number>>();
  for (const [image, known] of peopleInImage ?? []) present.set(image, new Set(known));
  person.forEach((chosen, row) => {
    if (chosen < 0) return;
    const here = present.get(imageIndex[row]) ?? new Set();
    present.set(imageIndex[row], here.add(chosen));
  });
  return Array.from(person, (chosen, row): MarginOutcome => {
    const length = rowLength(matrix.data, row, matrix.cols);
    if (!(length > 0 && length < Infinity)) return { status: 'rejected', reason: 'invalid-embedding' };
    const nearest = (leaveOut?: (candidate: number) => boolean) => {
      let found = { person: -1, distance: Number.NaN };
      for (let p = 0; p < people.rows; p++) {
        if (leaveOut?.(p)) continue;
        const gap =
          1 - dot(matrix.data, row * matrix.cols, people.data, p * people.cols, people.cols) / length;
        if (!(gap >= found.distance)) found = { person: p, distance: Math.max(0, gap) };
      }
      return found;
    };
    if (chosen < 0) {
      const found = nearest();
      return found.distance <= threshold
        ? { status: 'rejected', reason: 'same-image', ...found }
        : { status: 'rejected', reason: 'far', ...found, limit: threshold };
    }
    const rival = nearest((candidate) => present.get(imageIndex[row])?.has(candidate) ?? false);
    if (margin > 0 && rival.distance - distance[row] < margin) {
      const other = { other: rival.person, otherDistance: rival.distance };
      const mine = { person: chosen, distance: distance[row] };
      return { status: 'rejected', reason: 'ambiguous', ...mine, ...other, limit: margin };
    }
    return { status: 'assigned', person: chosen, distance: distance[row] };
  });
}
