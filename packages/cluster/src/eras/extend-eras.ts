import { cosineDistance } from '../vectors/cosine-distance.js';
import { type FaceMatrix, rowOf } from '../vectors/matrix.js';
import type { JoinTarget } from './place-fragment.js';
import {
  byTime,
  checkFaces,
  DEFAULT_ERA_OPTIONS,
  type Era,
  type EraFaces,
  type EraOutcome,
  eraOf,
  type Fragment,
  placeEra,
  recover,
  type SplitErasOptions,
  subClusters,
  tighten,
} from './split-eras.js';

/** What new faces are compared with: part of the result of an earlier {@link splitEras}. */
export interface KnownEras {
  /** `seedCentroid` of the split. */
  seedCentroid: Float32Array;
  /** `center` of the split. */
  center: Float32Array;
  /** The eras: centroids and dominant years of their first sub-clusters. */
  eras: readonly JoinTarget[];
}

export interface ErasExtended<Gate = unknown> {
  /**
   * One for each row of the matrix. Indexes of eras go over the known ones, then the new ones:
   * `era - known.eras.length` is the place in `newEras`.
   */
  outcomes: EraOutcome<Gate>[];
  /** The new rows of each known era, ascending. */
  joined: number[][];
  /** Fragments that joined none, by time. */
  newEras: Era[];
  /** What became of each sub-cluster of the new faces, most faces first. Indexes of eras as in `outcomes`. */
  fragments: Fragment[];
}

/**
 * Adds new faces to existing eras, which stay as they are. New faces go through the steps of `splitEras`: recovery, quality
 * gate and tightening use the centroids of the earlier split, and what is left is sub-clustered. A sub-cluster joins
 * the single nearest known era if that is near enough and of about the same years; otherwise it is an era of its own.
 * Centroids of known eras do not move, so adding faces in many small steps gives the same as adding them at once.
 *
 * @param matrix embeddings, not necessarily normalized
 * @param faces  `candidates` are the new faces: rows that are in no era yet
 * @throws {InvalidArgumentError} as `splitEras`
 */
export async function extendEras<Gate = unknown>(
  matrix: FaceMatrix,
  known: KnownEras,
  faces: Omit<EraFaces<Gate>, 'seed'>,
  options: SplitErasOptions = {},
): Promise<ErasExtended<Gate>> {
  const { minAnchor, minFragment } = { ...DEFAULT_ERA_OPTIONS, ...options };
  checkFaces(matrix, faces);
  const outcomes = Array.from(
    { length: matrix.rows },
    (): EraOutcome<Gate> => ({ status: 'rejected', reason: 'not-candidate' }),
  );
  const recovered = recover(matrix, faces, known.seedCentroid, outcomes, options);
  const tight = tighten(matrix, recovered, known.center, outcomes, options);
  const clusters = await subClusters(matrix, tight, options);
  const placed = clusters.map((rows) => {
    const fragment = eraOf(matrix, rows, faces.years, rows.length >= minAnchor);
    return { fragment, placement: placeEra(fragment, known.eras, options) };
  });
  const newEras = placed
    .filter(({ placement, fragment }) => placement.joins === null && fragment.rows.length >= minFragment)
    .map(({ fragment }) => fragment)
    .sort(byTime);
  const numbers = new Map(newEras.map((era, index) => [era, known.eras.length + index]));
  const joined = known.eras.map((): number[] => []);
  const fragments = placed.map(({ fragment, placement }): Fragment => {
    const era = placement.joins ?? numbers.get(fragment) ?? null;
    const rows = fragment.core;
    if (placement.joins !== null) joined[placement.joins].push(...rows);
    for (const row of rows) {
      if (era === null) {
        const limit = minFragment;
        outcomes[row] = { status: 'rejected', reason: 'small-fragment', faces: rows.length, limit };
        continue;
      }
      const joins = placement.joins !== null;
      const centroid = joins ? known.eras[era].centroid : fragment.centroid;
      outcomes[row] = {
        status: 'era',
        era,
        part: joins ? 'joined' : fragment.anchor ? 'anchor' : 'unmatched',
        distance: cosineDistance(rowOf(matrix, row), centroid),
      };
    }
    return { ...placement, rows, years: fragment.coreYears, era };
  });
  for (const rows of joined) rows.sort((a, b) => a - b);
  return { outcomes, joined, newEras, fragments };
}
