import { checkEntries, InvalidArgumentError } from '../invalid-argument.js';
import { agglomerative } from '../linkage/agglomerative.js';
import type { FaceConstraints } from '../linkage/constraints.js';
import { nearPairs } from '../similarity/near-pairs.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { checkLabels } from '../vectors/centroids.js';
import { membersOf } from '../vectors/labels.js';
import { type FaceMatrix, hasDirection, takeRows } from '../vectors/matrix.js';
import { assignToPeople } from './assign-people.js';
import { type Prototypes, personPrototypes } from './prototypes.js';

/**
 * A prototype is the mean of several faces, so a face is nearer to it than to those faces, on average. By so much is a
 * distance to a prototype shorter than the mean distance to the faces, measured on real and generated faces: with this
 * share of the threshold, growing a library in ten parts finds the people that clustering it at once finds.
 */
const PROTOTYPE_SHARE = 0.86;

/**
 * Prototypes are fewer and wider than `personPrototypes` makes them by default: one for each age of a person, not one
 * for each odd photo, as what is near to an odd photo is as likely someone else.
 */
const PROTOTYPES = { radius: 0.45, limit: 4 };
/** A prototype speaks for its person if it stands for so much of its faces. */
const LEAST_SHARE = 0.2;
/** So many faces, from first to last, tell what someone looks like: more take longer and tell no more. */
const ENOUGH_FACES = 200;
/** Someone of whose faces this share is new is compared again. */
const GROWTH = 0.05;

export interface ExtendOptions {
  /** Cosine distance up to which faces are one person, as in `agglomerative` with average linkage. */
  threshold: number;
  /**
   * 1 for each row without a person that an earlier call, or the first clustering, compared with the others at the same
   * threshold and left alone: only new faces can change anything for it. Without new faces, nothing changes. Default:
   * every row without a person is new.
   */
  previouslySeen?: ArrayLike<number>;
  /** Number of the first new person. Default: one more than the highest in `known`. */
  firstNumber?: number;
  /** Image of each face: two faces of one image are taken for different people. Default: nothing is known of images. */
  constraints?: Pick<FaceConstraints, 'imageIndex' | 'strongThreshold'>;
  /** Largest cosine distance to a prototype of a person, for a face to join. Default 0.86 of `threshold`. */
  prototypeThreshold?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** Who is who, with the new faces. */
export interface Extension {
  /** Person of each row; -1 for a face that is alone. Where it was known it is the same as before. */
  labels: Int32Array;
  /** Rows that joined known people, ascending. */
  joined: number[];
  /** Numbers of the new people, in a row, of most faces first. */
  created: number[];
}

/**
 * Adds faces to a library whose people are known, without changing anything about these:
 *
 * 1. Every known person gets a few prototypes (`personPrototypes`), so that one seen over many years is covered. New
 *    faces join the person that most of the prototypes near them stand for (`assignToPeople`).
 * 2. The faces that are left, and those that were alone before and have a new face within the threshold, are
 *    compared once more with the people who have grown by much: a face can be won through a new one that joined.
 * 3. What is left then is clustered among itself by average linkage at the threshold. Clusters of two faces and
 *    more are new people, with numbers after the highest.
 *
 * With `constraints`, two faces of one image are kept apart as in `assignToPeople` (1, 2) and in `agglomerative` (3).
 *
 * Time: that of the prototypes (a few passes over all rows), and products of the new rows with the prototypes and with
 * the faces that are alone; not of all rows with all.
 *
 * @param matrix all faces, known and new; one without a direction is alone
 * @param known person of each row, 0 or more, not necessarily without gaps; negative: nobody's
 * @throws {InvalidArgumentError} for lengths that do not fit the rows, a threshold that is not a number, or a `firstNumber` in use
 */
export async function extendClusters(
  matrix: FaceMatrix,
  known: ArrayLike<number>,
  options: ExtendOptions,
): Promise<Extension> {
  const { threshold, previouslySeen, constraints, similarity } = options;
  const { prototypeThreshold = PROTOTYPE_SHARE * threshold } = options;
  checkLabels(matrix, known);
  checkOptions(matrix, options);
  const labels = Int32Array.from(known, (person) => Math.max(-1, person));
  const highest = labels.reduce((most, person) => Math.max(most, person), -1);
  const { firstNumber = highest + 1 } = options;
  if (!(firstNumber > highest)) {
    throw new InvalidArgumentError(
      `firstNumber is ${firstNumber}, expected more than ${highest}, the highest in use`,
    );
  }
  const fresh: number[] = [];
  const alone: number[] = [];
  labels.forEach((person, row) => {
    if (person < 0 && hasDirection(matrix, row)) (previouslySeen?.[row] ? alone : fresh).push(row);
  });
  if (fresh.length === 0) return { labels, joined: [], created: [] };

  const { imageIndex, strongThreshold = threshold / 2 } = constraints ?? {};
  const join = (rows: readonly number[], people: Int32Array): number[] => {
    const prototypes = representative(personPrototypes(matrix, enoughOf(people), PROTOTYPES));
    const { person } = assignToPeople(takeRows(matrix, rows), prototypes, {
      threshold: prototypeThreshold,
      strongThreshold,
      imageIndex: imageIndex && rows.map((row) => imageIndex[row]),
      peopleInImage: imageIndex && peopleInImages(labels, imageIndex, rows),
    });
    const joined = rows.filter((_, at) => person[at] >= 0);
    rows.forEach((row, at) => {
      labels[row] = person[at];
    });
    return joined;
  };

  const joined = join(fresh, labels);
  const near = nearPairs(takeRows(matrix, fresh), takeRows(matrix, alone), threshold);
  const woken = [...new Set(near.map(({ b }) => alone[b]))];
  const unplaced = () => [...fresh, ...woken].filter((row) => labels[row] < 0).sort((a, b) => a - b);
  const grown = grownPeople(labels, joined);
  if (grown.size > 0) {
    const people = labels.map((person) => (grown.has(person) ? person : -1));
    joined.push(...join(unplaced(), people));
  }

  const rest = unplaced();
  const clusters = membersOf(
    await agglomerative(takeRows(matrix, rest), {
      threshold,
      similarity,
      constraints: imageIndex && { strongThreshold, imageIndex: rest.map((row) => imageIndex[row]) },
    }),
  )
    .filter((cluster) => cluster.length > 1)
    .sort((a, b) => b.length - a.length || a[0] - b[0]);
  clusters.forEach((cluster, at) => {
    for (const member of cluster) labels[rest[member]] = firstNumber + at;
  });
  return { labels, joined: joined.sort((a, b) => a - b), created: clusters.map((_, at) => firstNumber + at) };
}

/** Leaves some of the rows of people with very many out, evenly. */
function enoughOf(people: Int32Array): Int32Array {
  const rows = new Int32Array(people.reduce((most, person) => Math.max(most, person + 1), 0));
  for (const person of people) if (person >= 0) rows[person]++;
  const seen = new Int32Array(rows.length);
  return people.map((person) => {
    if (person < 0 || rows[person] <= ENOUGH_FACES) return person;
    const at = seen[person]++;
    const share = ENOUGH_FACES / rows[person];
    return Math.floor(at * share) < Math.floor((at + 1) * share) ? person : -1;
  });
}

/** People who look different with the faces that joined, which are not a few among many. */
function grownPeople(labels: Int32Array, joined: readonly number[]): Set<number> {
  const added = new Map<number, number>();
  for (const row of joined) added.set(labels[row], (added.get(labels[row]) ?? 0) + 1);
  const faces = new Map<number, number>();
  for (const person of labels) if (added.has(person)) faces.set(person, (faces.get(person) ?? 0) + 1);
  return new Set(
    [...added]
      .filter(([person, more]) => more >= GROWTH * (faces.get(person) as number))
      .map(([name]) => name),
  );
}

/** Without the prototypes that stand for few of their person's faces; the heaviest of each person stays. */
function representative({ vectors, person, weight }: Prototypes): Prototypes {
  const faces = new Map<number, number>();
  const heaviest = new Map<number, number>();
  person.forEach((name, at) => {
    faces.set(name, (faces.get(name) ?? 0) + weight[at]);
    heaviest.set(name, Math.max(heaviest.get(name) ?? 0, weight[at]));
  });
  const rows = [...person.keys()].filter((at) => {
    const all = faces.get(person[at]) as number;
    const least = all < 3 ? 1 : Math.max(2, LEAST_SHARE * all);
    return weight[at] >= Math.min(least, heaviest.get(person[at]) as number);
  });
  return {
    vectors: takeRows(vectors, rows),
    person: Int32Array.from(rows, (at) => person[at]),
    weight: Int32Array.from(rows, (at) => weight[at]),
  };
}

/** The people that are in the images of these rows. */
function peopleInImages(
  labels: Int32Array,
  imageIndex: ArrayLike<number>,
  rows: readonly number[],
): Map<number, number[]> {
  const people = new Map<number, number[]>(rows.map((row) => [imageIndex[row], []]));
  labels.forEach((person, row) => {
    if (person >= 0) people.get(imageIndex[row])?.push(person);
  });
  return people;
}

function checkOptions(matrix: FaceMatrix, { threshold, previouslySeen, constraints }: ExtendOptions): void {
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw new InvalidArgumentError(
      `threshold must be a number (a cosine distance is 0 to 2), got ${threshold}`,
    );
  }
  const lengths = { previouslySeen, imageIndex: constraints?.imageIndex };
  for (const [name, array] of Object.entries(lengths)) {
    if (array) checkEntries(name, array.length, matrix.rows);
  }
}
