import { addScaled, checkLabels, directionOf } from '../vectors/centroids.js';
import { dot } from '../vectors/dot.js';
import { membersOf } from '../vectors/labels.js';
import { type FaceMatrix, matrixFrom, rowLength } from '../vectors/matrix.js';

export interface PrototypeOptions {
  /** Every face of a person is within this cosine distance of a prototype, if `limit` allows. Default 0.35. */
  radius?: number;
  /** Most prototypes of a person. Default 8. */
  limit?: number;
}

/** What people look like, at different ages or in different light. */
export interface Prototypes {
  /** Unit vectors, one row each, those of a person in a row. */
  vectors: FaceMatrix;
  /** Person of each row. */
  person: Int32Array;
  /** Number of faces that each row stands for. */
  weight: Int32Array;
}

/**
 * Several prototypes for each person, as one centroid does not cover a person seen over many years. Seeds are spread
 * by farthest-first traversal (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985): first the
 * face nearest to the centroid, then ever the one farthest from all seeds, until every face is within the radius.
 * Each prototype is the centroid of the faces nearest to its seed.
 *
 * Faces without a direction do not count. Time O(rows · limit · cols).
 *
 * @param labels person of each row, 0..k-1; a row with a negative label belongs to none
 * @throws {InvalidArgumentError} where there is not one label for each row
 */
export function personPrototypes(
  matrix: FaceMatrix,
  labels: ArrayLike<number>,
  { radius = 0.35, limit = 8 }: PrototypeOptions = {},
): Prototypes {
  checkLabels(matrix, labels);
  const vectors: Float32Array[] = [];
  const person: number[] = [];
  const weight: number[] = [];
  membersOf(labels).forEach((members, name) => {
    for (const { centroid, faces } of spread(matrix, members, radius, limit)) {
      vectors.push(centroid);
      person.push(name);
      weight.push(faces);
    }
  });
  return {
    vectors: matrixFrom(vectors, matrix.cols),
    person: Int32Array.from(person),
    weight: Int32Array.from(weight),
  };
}

/** The prototypes of the rows that have a direction, split by their nearest seed. */
function spread(
  matrix: FaceMatrix,
  members: number[],
  radius: number,
  limit: number,
): { centroid: Float32Array; faces: number }[] {
  const { data, cols } = matrix;
  const rows = new Int32Array(members.length);
  const scale = new Float64Array(members.length);
  let count = 0;
  const sum = new Float64Array(cols);
  for (const row of members) {
    const length = rowLength(data, row, cols);
    if (!(length > 0 && length < Infinity)) continue;
    addScaled(sum, data, row * cols, 1 / length);
    rows[count] = row;
    scale[count++] = 1 / length;
  }
  if (count === 0) return [];
  const center = directionOf(sum);
  let seed = 0;
  let most = -Infinity;
  for (let at = 0; at < count; at++) {
    const similarity = dot(data, rows[at] * cols, center, 0, cols) * scale[at];
    if (similarity > most) {
      most = similarity;
      seed = at;
    }
  }
  const gap = new Float64Array(count).fill(Infinity);
  const group = new Int32Array(count);
  let groups = 0;
  for (let farthest = Infinity; groups < limit && farthest > radius; groups++) {
    const from = rows[seed] * cols;
    const ownScale = scale[seed];
    farthest = -Infinity;
    for (let at = 0; at < count; at++) {
      const distance = 1 - dot(data, rows[at] * cols, data, from, cols) * scale[at] * ownScale;
      if (distance < gap[at]) {
        gap[at] = distance;
        group[at] = groups;
      }
      if (gap[at] > farthest) {
        farthest = gap[at];
        seed = at;
      }
    }
  }
  if (groups === 1) return [{ centroid: center, faces: count }];
  const sums = Array.from({ length: groups }, () => new Float64Array(cols));
  const faces = new Int32Array(groups);
  for (let at = 0; at < count; at++) {
    addScaled(sums[group[at]], data, rows[at] * cols, scale[at]);
    faces[group[at]]++;
  }
  const prototypes: { centroid: Float32Array; faces: number }[] = [];
  for (let part = 0; part < groups; part++) {
    if (faces[part] > 0) prototypes.push({ centroid: directionOf(sums[part]), faces: faces[part] });
  }
  return prototypes;
}
