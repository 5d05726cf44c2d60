import {
  centroidOf,
  cosineDistance,
  DEFAULT_REFINE_OPTIONS,
  type FaceMatrix,
  hasDirection,
  matrixFrom,
  nearPairs,
  refine,
  rowOf,
  takeRows,
} from '@face-sets/cluster';
import type { GateFailure } from '@face-sets/quality';
import { gateRejection, INVALID_EMBEDDING, outlierRejection, refineOutcomes } from './refine-outcomes.js';
import type { RefineOutcome } from './write-refined-folders.js';

export interface ExtendFacesetsInput {
  /** All faces. */
  matrix: FaceMatrix;
  imageIndex: Int32Array;
  /** Number of the faceset that each face is in; -1 for none. */
  faceset: Int32Array;
  /** Whether each face is new. */
  isNew: readonly boolean[];
  /** Person of each face in the extended output of clustering; -1 for one that is alone. */
  person: ArrayLike<number>;
  /** Why each face fails the quality gate; null where it passes. */
  gateReasons: readonly (GateFailure | null)[];
  /** Number of the first new faceset. */
  firstNumber: number;
  /** This and the next ones as in `refine` of `@face-sets/cluster`. */
  initialThreshold: number;
  mergeThreshold: number;
  outlierThreshold: number;
  minFaces: number;
  /** Whether two faces of one image are taken for two people when people are merged. */
  cannotLink: boolean;
}

/** Facesets with fewer faces have no outliers, as in `refine`. */
const { outlierMinSize } = DEFAULT_REFINE_OPTIONS;

/**
 * Adds new faces to known facesets, whose faces stay, and makes new ones of people who have enough good photos by now:
 *
 * 1. A person of the clustering belongs to the faceset that most of its faces are in. New faces of the person join
 *    it if they pass the quality gate and the outlier limit.
 * 2. People without a faceset who have new faces join the one whose centroid is nearest to theirs within the merge
 *    threshold, each face if it passes the outlier limit.
 * 3. The others, with people without new faces who are near to them, are refined among themselves (`refine`).
 *
 * @returns What becomes of faces that are in no faceset so far, by row: the number of a faceset, or the reason why
 *   it is in none. Faces that are not listed stay as they are.
 */
export async function extendFacesets(input: ExtendFacesetsInput): Promise<Map<number, RefineOutcome>> {
  const { matrix, faceset, isNew, mergeThreshold, outlierThreshold } = input;
  const outcomes = new Map<number, RefineOutcome>();
  const { members, people } = goodFaces(input, outcomes);
  const facesets = [...members.keys()];
  const targetOf = new Map(facesets.map((number, target) => [number, target]));
  const centroids = centroidsOf(matrix, [...members.values()]);
  const join = (target: number, rows: readonly number[]) => {
    const checked = (members.get(facesets[target]) as number[]).length >= outlierMinSize;
    for (const row of rows) {
      const distance = cosineDistance(rowOf(matrix, row), rowOf(centroids, target));
      outcomes.set(
        row,
        checked && distance > outlierThreshold
          ? { reason: outlierRejection(distance, outlierThreshold) }
          : { faceset: facesets[target], distance },
      );
    }
  };

  const free: { rows: number[]; touched: boolean }[] = [];
  for (const rows of people.values()) {
    const fresh = rows.filter((row) => isNew[row]);
    const owner = mostFrequent(rows.map((row) => faceset[row]).filter((number) => number >= 0));
    if (owner === undefined) free.push({ rows, touched: fresh.length > 0 });
    else join(targetOf.get(owner) as number, fresh);
  }

  const touched = free.flatMap((one, at) => (one.touched ? [at] : []));
  if (touched.length === 0) return outcomes;
  const freeCentroids = centroidsOf(
    matrix,
    free.map(({ rows }) => rows),
  );
  const joined = new Set<number>();
  // pairs come with the nearest first
  for (const { a, b } of nearPairs(takeRows(freeCentroids, touched), centroids, mergeThreshold)) {
    if (joined.has(touched[a])) continue;
    joined.add(touched[a]);
    join(b, free[touched[a]].rows);
  }
  const left = touched.filter((at) => !joined.has(at));
  const candidates = new Set(left);
  for (const { b } of nearPairs(takeRows(freeCentroids, left), freeCentroids, mergeThreshold)) {
    if (!joined.has(b)) candidates.add(b);
  }

  const faces = [...candidates]
    .flatMap((at, label) => free[at].rows.map((row) => ({ row, label })))
    .sort((a, b) => a.row - b.row);
  const images = faces.map(({ row }) => input.imageIndex[row]);
  const { outcomes: refined } = await refine<GateFailure>(
    takeRows(
      matrix,
      faces.map(({ row }) => row),
    ),
    {
      imageIndex: images,
      initialLabels: faces.map(({ label }) => label),
      initialThreshold: input.initialThreshold,
      mergeThreshold,
      outlierThreshold,
      outlierMinSize,
      minFaces: input.minFaces,
      constraints: input.cannotLink ? { imageIndex: images } : undefined,
    },
  );
  refineOutcomes(refined).forEach((outcome, at) => {
    outcomes.set(
      faces[at].row,
      'faceset' in outcome ? { ...outcome, faceset: input.firstNumber + outcome.faceset } : outcome,
    );
  });
  return outcomes;
}

/**
 * The rows of each faceset, and of each person: those in a faceset and those that pass the quality gate. A face that is
 * alone is a person of its own. Notes the reasons of new faces that do not pass.
 */
function goodFaces(input: ExtendFacesetsInput, outcomes: Map<number, RefineOutcome>) {
  const { matrix, faceset, isNew, person, gateReasons } = input;
  const members = new Map<number, number[]>();
  const people = new Map<number, number[]>();
  for (let row = 0; row < matrix.rows; row++) {
    if (faceset[row] >= 0) push(members, faceset[row], row);
    else {
      const gate = gateReasons[row];
      const reason = hasDirection(matrix, row) ? gate && gateRejection(gate) : INVALID_EMBEDDING;
      if (reason && isNew[row]) outcomes.set(row, { reason });
      if (reason) continue;
    }
    push(people, person[row] < 0 ? -1 - row : person[row], row);
  }
  return { members, people };
}

function push(lists: Map<number, number[]>, key: number, row: number): void {
  const rows = lists.get(key);
  if (rows) rows.push(row);
  else lists.set(key, [row]);
}

/** The value that is there most often, of equals the first; undefined where there is none. */
function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: number | undefined;
  for (const [value, count] of counts) {
    if (best === undefined || count > (counts.get(best) as number)) best = value;
  }
  return best;
}

function centroidsOf(matrix: FaceMatrix, groups: readonly (readonly number[])[]): FaceMatrix {
  return matrixFrom(
    groups.map((rows) => centroidOf(matrix, rows)),
    matrix.cols,
  );
}
