import {
  clusterPeople,
  cosineDistance,
  DEFAULT_REFINE_OPTIONS,
  extendClusters,
  type FaceMatrix,
  rowOf,
  type SimilarityBackend,
} from '@face-sets/cluster';
import { InvalidArgumentError } from '@face-sets/quality';
import { FaceIndex } from '../faces/face-index.js';
import { type FaceName, photoOf } from '../faces/face-name.js';
import type { Faces } from '../faces/faces.js';
import { type Decision, peopleIn, type SettingValue } from '../log/decision.js';
import { inForce } from '../log/in-force.js';
import { claimClusters, rowsOfClusters } from './claim-clusters.js';
import { describePeople, followed } from './describe-people.js';
import type { Identities } from './identities.js';
import { numberClusters } from './number-clusters.js';
import type { PeopleFile } from './people-file.js';
import { placeFaces } from './place-faces.js';
import { type Decided, decided } from './statements.js';

/** Options of {@link identify}. */
export interface IdentifyOptions {
  /** Cosine distance up to which faces are one person: the cut of average linkage. @default 0.55 */
  threshold?: number;
  /** Clusters whose centroids are within this cosine distance are one person; 0 for never. @default 0.40 */
  mergeThreshold?: number;
  /** Cosine distance up to which new faces join the people that there are. Default: `threshold`. */
  joinThreshold?: number;
  /** Two faces in one photo are two people, unless they are very much alike. @default true */
  cannotLink?: boolean;
  /**
   * Clusters the faces by other means than average linkage: a label for each row, 0..k-1. Called only where they are
   * clustered again. What it depends on belongs in `clustering`.
   */
  cluster?: () => Promise<ArrayLike<number>>;
  /** What else a clustering depends on, such as the recognition model: another value clusters again. Default: nothing. */
  clustering?: Record<string, SettingValue>;
  /** Cluster again though nothing has changed. @default false */
  recluster?: boolean;
  /** Photos that took the place of others: see `FaceIndexOptions`. Default: none. */
  successors?: ReadonlyMap<string, string>;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** How much closer a face is to a centroid than to its faces, on average; see `extendClusters`. */
const CENTROID_SHARE = 0.86;

/**
 * Finds out who is who, from the embeddings and the decisions. The same input gives the same result.
 *
 * 1. Where there is no earlier result, or another way of clustering: average linkage up to `threshold`, then clusters
 *    whose centroids are within `mergeThreshold` are joined. Everyone keeps their number (`numberClusters`). Else
 *    the earlier clusters stay, and only new faces are placed (`extendClusters`).
 * 2. The decisions about people are applied to the clusters (`claimClusters`), then those about faces (`placeFaces`).
 *
 * The clusters of step 1 do not depend on the decisions, so a reverted decision leaves no trace, and a new one changes only
 * what it is about.
 *
 * @param decisions a whole log, see `DecisionLog`
 * @param previous  the earlier result; null the first time
 * @throws InvalidArgumentError where there is not one name for each row
 */
export async function identify(
  faces: Faces,
  decisions: readonly Decision[],
  previous: PeopleFile | null,
  options: IdentifyOptions = {},
): Promise<Identities> {
  const { names, embeddings } = faces;
  if (names.length !== embeddings.rows) {
    throw new InvalidArgumentError(
      `${names.length} names for ${embeddings.rows} rows: expected one for each row`,
    );
  }
  const {
    threshold = DEFAULT_REFINE_OPTIONS.initialThreshold,
    mergeThreshold = DEFAULT_REFINE_OPTIONS.mergeThreshold,
    cannotLink = true,
  } = options;
  const { joinThreshold = threshold } = options;
  const clustering = { ...options.clustering, threshold, mergeThreshold, cannotLink };
  const index = new FaceIndex(names, { successors: options.successors });
  const before = earlier(previous, index, embeddings.rows);
  const said = stillTelling(decided(inForce(decisions), index), before);
  let nextNumber = before.nextNumber;
  for (const decision of decisions) {
    for (const { number } of peopleIn(decision)) nextNumber = Math.max(nextNumber, number + 1);
  }
  const merged = new Map(before.merged);

  const given = new Map<number, number>();
  const apply = (cluster: Int32Array) => {
    const claimed = claimClusters(embeddings, cluster, said, before.person, before.merged);
    const { person, numberOf } = claimed;
    const inUse = new Set(person);
    // Of whom the decisions speak, they alone say who that is.
    for (const { number } of said.spoken) merged.delete(number);
    const pointers = new Map([...merged, ...claimed.merged]);
    const had = (row: number) => followed(before.person[row], pointers, inUse);
    const newNumber = ([first]: readonly number[], mayHave = (_number: number) => true): number => {
      const number = had(first);
      if (number > 0 && numberOf(number) === number && !inUse.has(number) && mayHave(number)) return number;
      given.set(first, given.get(first) ?? nextNumber++);
      return given.get(first) as number;
    };
    const reach = CENTROID_SHARE * threshold;
    placeFaces(embeddings, person, said, { numberOf, reach, before: had, newNumber });
    return { person, pointers };
  };

  let { cluster } = before;
  const known =
    previous !== null &&
    !options.recluster &&
    JSON.stringify(sorted(previous.clustering)) === JSON.stringify(sorted(clustering));
  const images = () => (cannotLink ? photoNumbers(names) : undefined);
  if (!known) {
    const labels = await clusterFaces(embeddings, { threshold, mergeThreshold, images: images(), options });
    const numbered = numberClusters(labels, before, said, nextNumber);
    ({ cluster, nextNumber } = numbered);
    for (const [from, to] of numbered.merged) merged.set(from, to);
  } else if (before.seen.includes(0)) {
    const { person } = apply(cluster);
    const imageIndex = images();
    const extension = await extendClusters(
      embeddings,
      person.map((number) => (number === 0 ? -1 : number)),
      {
        threshold: joinThreshold,
        previouslySeen: before.seen,
        firstNumber: nextNumber,
        constraints: imageIndex && { imageIndex },
        similarity: options.similarity,
      },
    );
    cluster = withNewFaces(embeddings, cluster, person, extension.labels);
    nextNumber += extension.created.length;
  }
  const { person, pointers } = apply(cluster);
  return describePeople({ person, cluster, merged: pointers, said, nextNumber, clustering });
}

/** What an earlier result says of the rows. */
interface Earlier {
  cluster: Int32Array;
  person: Int32Array;
  /** 1 for each row that was there. */
  seen: Uint8Array;
  /** Everyone's numbers, also where no face is left. */
  known: ReadonlySet<number>;
  merged: ReadonlyMap<number, number>;
  nextNumber: number;
}

function earlier(previous: PeopleFile | null, index: FaceIndex, rows: number): Earlier {
  const [cluster, person, seen] = [new Int32Array(rows), new Int32Array(rows), new Uint8Array(rows)];
  if (!previous) return { cluster, person, seen, known: new Set(), merged: new Map(), nextNumber: 1 };
  const see = (name: FaceName, number: number) => {
    const row = index.rowOf(name);
    if (row < 0 || seen[row] === 1) return;
    seen[row] = 1;
    person[row] = number;
    cluster[row] = previous.clusters[name] ?? number;
  };
  for (const { number, faces } of previous.people) for (const name of faces) see(name, number);
  for (const name of previous.alone) see(name, 0);
  const merged = new Map(Object.entries(previous.merged).map(([from, to]) => [Number(from), to]));
  const known = new Set(previous.people.map(({ number }) => number));
  return { cluster, person, seen, known, merged, nextNumber: previous.next_number };
}

/** Leaves out faces that identified a person when a decision was made, but belong to someone else by now. */
function stillTelling(said: Decided, { person, seen, known, merged }: Earlier): Decided {
  const { people } = said;
  const spoken = said.spoken.map(({ number, seeds }) => {
    if (!known.has(number) && !merged.has(number)) return { number, seeds };
    const now = merged.get(number) ?? number;
    const isTheirs = (row: number) =>
      seen[row] === 0 || person[row] === now || people.find(person[row]) === people.find(number);
    return { number, seeds: seeds.filter(isTheirs) };
  });
  return { ...said, spoken };
}

async function clusterFaces(
  matrix: FaceMatrix,
  {
    threshold,
    mergeThreshold,
    images,
    options,
  }: { threshold: number; mergeThreshold: number; images?: Int32Array; options: IdentifyOptions },
): Promise<ArrayLike<number>> {
  return clusterPeople(matrix, {
    threshold,
    mergeThreshold,
    initialLabels: await options.cluster?.(),
    similarity: options.similarity,
    constraints: images && { imageIndex: images },
  });
}

/** Photo of each face, by a number that means nothing. */
function photoNumbers(names: readonly FaceName[]): Int32Array {
  const photos = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const photo = photoOf(name);
    const number = photos.get(photo) ?? photos.size;
    photos.set(photo, number);
    return number;
  });
}

/**
 * The clusters with the faces that joined someone: each is in the cluster of the face that it is nearest to, so that it
 * goes with that one should a decision be taken back.
 */
function withNewFaces(
  matrix: FaceMatrix,
  cluster: Int32Array,
  person: Int32Array,
  labels: Int32Array,
): Int32Array {
  const members = rowsOfClusters(person);
  return cluster.map((number, row) => {
    if (person[row] > 0 || labels[row] < 0) return number;
    let least = Number.POSITIVE_INFINITY;
    let nearest = labels[row];
    for (const other of members.get(labels[row]) ?? []) {
      if (cluster[other] === 0) continue;
      const distance = cosineDistance(rowOf(matrix, row), rowOf(matrix, other));
      if (distance < least) [nearest, least] = [cluster[other], distance];
    }
    return nearest;
  });
}

function sorted(record: Record<string, SettingValue>): [string, SettingValue][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
