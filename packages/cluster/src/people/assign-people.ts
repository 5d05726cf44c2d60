import { checkEntries } from '../invalid-argument.js';
import { type NearPair, nearPairs } from '../similarity/near-pairs.js';
import type { FaceMatrix } from '../vectors/matrix.js';
import type { Prototypes } from './prototypes.js';

export interface AssignPeopleOptions {
  /** Largest cosine distance between a face and a prototype that speaks for its person. */
  threshold: number;
  /** How many of the nearest prototypes within the threshold vote. Default 5. */
  neighbors?: number;
  /**
   * Image that each face is in. Two faces in one image are taken for different people. Default: images are not known
   * and make no difference.
   */
  imageIndex?: ArrayLike<number>;
  /** People already found in an image, by its number. */
  peopleInImage?: ReadonlyMap<number, Iterable<number>>;
  /**
   * A face this near to a prototype joins its person although another face in the image already has: mirrors,
   * collages and photos of photos do show someone twice. Default half of `threshold`; 0 for never.
   */
  strongThreshold?: number;
}

export interface PeopleAssignment {
  /** Person of each face, -1 for none: no prototype is near, or only those of people already in the image. */
  person: Int32Array;
  /** Cosine distance to that person's nearest prototype; NaN for none. */
  distance: Float64Array;
}

/**
 * Assigns new faces to known people, who stay as they are. The nearest prototypes within the threshold vote for their
 * person, each with threshold − distance: several good matches count more than a single stray one. With equal votes, the
 * person with the nearest prototype wins, then the lower number.
 *
 * Within an image, the face with the smallest distance is assigned first. A face whose person is taken goes to its next
 * candidate, unless it is within `strongThreshold` of the person.
 *
 * The result does not depend on the order of faces, except for faces of one image that are equally near.
 *
 * @param matrix new faces, not necessarily normalized; one without a direction belongs to none
 */
export function assignToPeople(
  matrix: FaceMatrix,
  prototypes: Prototypes,
  options: AssignPeopleOptions,
): PeopleAssignment {
  const { threshold, neighbors = 5, imageIndex, peopleInImage, strongThreshold = threshold / 2 } = options;
  if (imageIndex) checkEntries('imageIndex', imageIndex.length, matrix.rows);
  const pairsOfFace = new Map<number, NearPair[]>();
  for (const pair of nearPairs(matrix, prototypes.vectors, threshold)) {
    const pairs = pairsOfFace.get(pair.a);
    if (!pairs) pairsOfFace.set(pair.a, [pair]);
    else pairs.push(pair);
  }

  const person = new Int32Array(matrix.rows).fill(-1);
  const distance = new Float64Array(matrix.rows).fill(Number.NaN);
  const taken = new Map<number, Set<number>>();
  const surest = [...pairsOfFace].sort(([a, [x]], [b, [y]]) => x.distance - y.distance || a - b);
  for (const [face, pairs] of surest) {
    const image = imageIndex?.[face];
    const present =
      image === undefined ? undefined : (taken.get(image) ?? new Set(peopleInImage?.get(image)));
    if (image !== undefined && present) taken.set(image, present);
    for (const candidate of rankByVotes(pairs, prototypes.person, threshold, neighbors)) {
      if (present?.has(candidate.person) && !(candidate.distance < strongThreshold)) continue;
      person[face] = candidate.person;
      distance[face] = candidate.distance;
      present?.add(candidate.person);
      break;
    }
  }
  return { person, distance };
}

/** People by their votes, most first. Only the nearest prototypes vote, as many as `neighbors` says. */
function rankByVotes(pairs: NearPair[], personOf: Int32Array, threshold: number, neighbors: number) {
  const candidates = new Map<number, { person: number; votes: number; distance: number }>();
  pairs.forEach(({ b, distance }, rank) => {
    const person = personOf[b];
    const votes = rank < neighbors ? threshold - distance : 0;
    const candidate = candidates.get(person);
    if (candidate) candidate.votes += votes;
    else candidates.set(person, { person, votes, distance });
  });
  return [...candidates.values()].sort(
    (x, y) => y.votes - x.votes || x.distance - y.distance || x.person - y.person,
  );
}
