import { checkEntries, InvalidArgumentError } from '../invalid-argument.js';
import { agglomerative } from '../linkage/agglomerative.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { centroidOf } from '../vectors/centroids.js';
import { cosineDistance } from '../vectors/cosine-distance.js';
import { membersOf } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, hasDirection, rowOf, takeRows } from '../vectors/matrix.js';
import { checkYears, type EraYears, type FaceYears, yearsOf } from './era-years.js';
import {
  DEFAULT_JOIN_LIMITS,
  type JoinLimits,
  type JoinTarget,
  type Placement,
  placeFragment,
} from './place-fragment.js';

/** The faces that eras are made of. */
export interface EraFaces<Gate> {
  /** Rows of the curated faceset. */
  seed: readonly number[];
  /** Rows that may be of the same person. Default: all. */
  candidates?: readonly number[];
  /** Year of capture of each row. */
  years: FaceYears;
  /** Why each row fails the quality gate, `null` where it passes. Default: all pass. */
  gateReasons?: readonly (Gate | null)[];
}

export interface SplitErasOptions extends JoinLimits {
  /** Largest cosine distance to the seed's centroid of a face that is recovered. Default 0.55. */
  recoverThreshold?: number;
  /** Largest cosine distance to the centroid of what was recovered of a face that stays. Default 0.50. */
  tightenThreshold?: number;
  /** Cut of the sub-clustering (average linkage, cosine distance). Default 0.35. */
  subThreshold?: number;
  /** Faces of a sub-cluster that is an anchor. Default 20. */
  minAnchor?: number;
  /** An unmatched fragment with fewer faces is not an era; its faces are left out. Default 1: every one is. */
  minFragment?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** Default options. */
export const DEFAULT_ERA_OPTIONS = {
  recoverThreshold: 0.55,
  tightenThreshold: 0.5,
  subThreshold: 0.35,
  minAnchor: 20,
  minFragment: 1,
  ...DEFAULT_JOIN_LIMITS,
} as const satisfies SplitErasOptions;

/** Faces of one person that are alike and of about the same years. */
export interface Era {
  /** All its rows, ascending. */
  rows: number[];
  /** Rows of its first sub-cluster: of an anchor, or of the unmatched fragment. Ascending. */
  core: number[];
  /** Whether the first sub-cluster is large enough to be joined. */
  anchor: boolean;
  /** Centroid of `core`, of length 1. */
  centroid: Float32Array;
  /** Of `core`, which the rule goes by; null where none is known. */
  coreYears: EraYears | null;
  /** Of `rows`; null where none is known. */
  years: EraYears | null;
}

/** A sub-cluster that is not an anchor. */
export interface Fragment extends Placement {
  /** Ascending. */
  rows: number[];
  years: EraYears | null;
  /** Index into `eras` of the era that it joined or is; null where it is left out as too small. */
  era: number | null;
}

/** What became of one face. */
export type EraOutcome<Gate = unknown> =
  | {
      status: 'era';
      /** Index into `eras`. */
      era: number;
      /** In the anchor itself; in a fragment that joined it; or in an unmatched fragment, which is an era of its own. */
      part: 'anchor' | 'joined' | 'unmatched';
      /** Cosine distance to the era's centroid. */
      distance: number;
    }
  /** Not among the candidates. */
  | { status: 'rejected'; reason: 'not-candidate' }
  | { status: 'rejected'; reason: 'invalid-embedding' }
  /** Too far from the seed's centroid. */
  | { status: 'rejected'; reason: 'not-recovered'; distance: number; limit: number }
  | { status: 'rejected'; reason: 'quality'; gate: Gate; distance: number }
  /** Too far from the centroid of what was recovered. */
  | { status: 'rejected'; reason: 'not-tight'; distance: number; limit: number }
  | { status: 'rejected'; reason: 'small-fragment'; faces: number; limit: number };

export interface EraSplit<Gate = unknown> {
  /** One for each row of the matrix. */
  outcomes: EraOutcome<Gate>[];
  /** Those of anchors first, then unmatched fragments; each by median year, unknown years last. */
  eras: Era[];
  /** Sub-clusters that are not anchors, most faces first. */
  fragments: Fragment[];
  /** Centroid of the seed. */
  seedCentroid: Float32Array;
  /** Centroid of what was recovered and passed the gate. */
  center: Float32Array;
}

/**
 * Splits one person's faces by age. The steps, in this order:
 *
 * 1. *recovery*: the candidates within `recoverThreshold` of the centroid of the curated faceset, which knows the
 *    person at some ages only;
 * 2. *quality gate*: faces with a gate reason leave;
 * 3. *tightening*: the centroid of those that are left is taken once, and the faces farther from it than
 *    `tightenThreshold` leave. There is no second pass: repeated, it would wander off to wherever most faces are;
 * 4. *sub-clusters*: average linkage under cosine distance, cut at `subThreshold`. Those of at least `minAnchor`
 *    faces are *anchors*, the others *fragments*;
 * 5. *joining*: a fragment joins the single nearest anchor, if their centroids are within `joinThreshold` and their
 *    dominant years differ by `maxYearGap` at most. Anchors are not re-centered, so that no chain forms. A fragment
 *    that joins none is an era of its own.
 *
 * The result does not depend on the order of rows, but for ties.
 *
 * @param matrix embeddings, not necessarily normalized; a face without a direction is in no era
 * @throws {InvalidArgumentError} where `years` or `gateReasons` has not one entry for each row, a row number is out of range, or
 *   no face of the seed has a direction
 */
export async function splitEras<Gate = unknown>(
  matrix: FaceMatrix,
  faces: EraFaces<Gate>,
  options: SplitErasOptions = {},
): Promise<EraSplit<Gate>> {
  const { minAnchor, minFragment } = { ...DEFAULT_ERA_OPTIONS, ...options };
  checkFaces(matrix, faces);
  checkRows('seed', faces.seed, matrix.rows);
  const seedCentroid = centroidOf(matrix, faces.seed);
  if (seedCentroid.every((value) => value === 0)) {
    throw new InvalidArgumentError(`the seed has no usable embedding (${faces.seed.length} rows)`);
  }
  const outcomes = Array.from(
    { length: matrix.rows },
    (): EraOutcome<Gate> => ({ status: 'rejected', reason: 'not-candidate' }),
  );
  const recovered = recover(matrix, faces, seedCentroid, outcomes, options);
  const center = centroidOf(matrix, recovered);
  const tight = tighten(matrix, recovered, center, outcomes, options);
  const clusters = await subClusters(matrix, tight, options);

  const isAnchor = (rows: readonly number[]) => rows.length >= minAnchor;
  const begun = clusters.map((rows) => eraOf(matrix, rows, faces.years, isAnchor(rows)));
  const anchors = begun.filter(({ anchor }) => anchor);
  const placed = begun
    .filter(({ anchor }) => !anchor)
    .map((fragment) => ({ fragment, placement: placeEra(fragment, anchors, options) }));
  const unmatched = placed
    .filter(({ placement, fragment }) => placement.joins === null && fragment.rows.length >= minFragment)
    .map(({ fragment }) => fragment);
  const eras = [...[...anchors].sort(byTime), ...unmatched.sort(byTime)];
  const numbers = new Map(eras.map((era, index) => [era, index]));
  const fragments = placed.map(({ fragment, placement }): Fragment => {
    const target = placement.joins === null ? fragment : anchors[placement.joins];
    const nearest = placement.nearest < 0 ? -1 : numbers.get(anchors[placement.nearest])!;
    const era = numbers.get(target) ?? null;
    const joins = placement.joins === null ? null : era;
    return { ...placement, nearest, joins, rows: fragment.core, years: fragment.coreYears, era };
  });
  joinFragments(matrix, faces.years, eras, fragments, outcomes, minFragment);
  return { outcomes, eras, fragments, seedCentroid, center };
}

/** Steps 1 and 2: the candidates near the seed that pass the gate; the others get their outcome. */
export function recover<Gate>(
  matrix: FaceMatrix,
  { candidates, gateReasons }: Pick<EraFaces<Gate>, 'candidates' | 'gateReasons'>,
  seedCentroid: Float32Array,
  outcomes: EraOutcome<Gate>[],
  { recoverThreshold: limit = DEFAULT_ERA_OPTIONS.recoverThreshold }: SplitErasOptions,
): number[] {
  const recovered: number[] = [];
  for (const row of candidates ?? Array.from({ length: matrix.rows }, (_, i) => i)) {
    const distance = cosineDistance(rowOf(matrix, row), seedCentroid);
    const gate = gateReasons?.[row] ?? null;
    if (!hasDirection(matrix, row)) outcomes[row] = { status: 'rejected', reason: 'invalid-embedding' };
    else if (!(distance <= limit)) {
      outcomes[row] = { status: 'rejected', reason: 'not-recovered', distance, limit };
    } else if (gate !== null) outcomes[row] = { status: 'rejected', reason: 'quality', gate, distance };
    else recovered.push(row);
  }
  return [...new Set(recovered)].sort((a, b) => a - b);
}

/** Step 3. */
export function tighten<Gate>(
  matrix: FaceMatrix,
  rows: readonly number[],
  center: Float32Array,
  outcomes: EraOutcome<Gate>[],
  { tightenThreshold: limit = DEFAULT_ERA_OPTIONS.tightenThreshold }: SplitErasOptions,
): number[] {
  return rows.filter((row) => {
    const distance = cosineDistance(rowOf(matrix, row), center);
    if (distance <= limit) return true;
    outcomes[row] = { status: 'rejected', reason: 'not-tight', distance, limit };
    return false;
  });
}

/** Step 4: sub-clusters of these rows, most faces first, then by their first row. */
export async function subClusters(
  matrix: FaceMatrix,
  rows: readonly number[],
  { subThreshold = DEFAULT_ERA_OPTIONS.subThreshold, similarity }: SplitErasOptions,
): Promise<number[][]> {
  const labels = await agglomerative(takeRows(matrix, rows), { threshold: subThreshold, similarity });
  return membersOf(labels)
    .map((members) => members.map((i) => rows[i]))
    .sort((a, b) => b.length - a.length || a[0] - b[0]);
}

/** An era of one sub-cluster. */
export function eraOf(matrix: FaceMatrix, core: number[], years: FaceYears, anchor: boolean): Era {
  const coreYears = yearsOf(years, core);
  return { rows: [...core], core, anchor, centroid: centroidOf(matrix, core), coreYears, years: coreYears };
}

/** Step 5 for one fragment. */
export function placeEra(
  fragment: Era,
  targets: readonly (Era | JoinTarget)[],
  limits: JoinLimits,
): Placement {
  const asTarget = (target: Era | JoinTarget): JoinTarget =>
    'year' in target ? target : { centroid: target.centroid, year: target.coreYears?.dominant ?? null };
  const year = fragment.coreYears?.dominant ?? null;
  return placeFragment(fragment.centroid, year, targets.map(asTarget), limits);
}

/** Adds the fragments' faces to their eras, and notes what became of every face in an era. */
function joinFragments<Gate>(
  matrix: FaceMatrix,
  years: FaceYears,
  eras: Era[],
  fragments: readonly Fragment[],
  outcomes: EraOutcome<Gate>[],
  limit: number,
): void {
  for (const { era, joins, rows } of fragments) {
    if (era === null) {
      for (const row of rows) {
        outcomes[row] = { status: 'rejected', reason: 'small-fragment', faces: rows.length, limit };
      }
    } else if (joins !== null) eras[era].rows.push(...rows);
  }
  eras.forEach((era, index) => {
    const core = new Set(era.core);
    era.rows.sort((a, b) => a - b);
    era.years = yearsOf(years, era.rows);
    for (const row of era.rows) {
      outcomes[row] = {
        status: 'era',
        era: index,
        part: core.has(row) ? (era.anchor ? 'anchor' : 'unmatched') : 'joined',
        distance: cosineDistance(rowOf(matrix, row), era.centroid),
      };
    }
  });
}

/** By median year, unknown ones last; then most faces first; then by the first row. */
export function byTime(a: Era, b: Era): number {
  const year = (era: Era) => era.coreYears?.median ?? Infinity;
  const [ya, yb] = [year(a), year(b)];
  if (ya !== yb) return ya < yb ? -1 : 1;
  return b.core.length - a.core.length || a.core[0] - b.core[0];
}

/** Throws a `RangeError` for years, gates or candidates that do not fit the matrix. */
export function checkFaces<Gate>(matrix: FaceMatrix, faces: Omit<EraFaces<Gate>, 'seed'>): void {
  checkMatrix(matrix);
  checkYears(faces.years, matrix.rows);
  if (faces.gateReasons) checkEntries('gateReasons', faces.gateReasons.length, matrix.rows);
  if (faces.candidates) checkRows('candidates', faces.candidates, matrix.rows);
}

function checkRows(name: string, rows: readonly number[], count: number): void {
  const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= count);
  if (wrong !== undefined)
    throw new InvalidArgumentError(`${name}: there is no row ${wrong}, expected 0 to ${count - 1}`);
}
