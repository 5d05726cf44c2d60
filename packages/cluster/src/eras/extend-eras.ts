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

/** What an earlier {@link splitEras} left, as far as new faces are measured against it. */
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
 * Sorts new faces into the eras of an earlier split by the same rule, and changes nothing about these: the new faces
 * are recovered, gated and tightened about the centroids of that split, and sub-clustered among themselves; a
 * sub-cluster joins the single nearest known era if that is near enough and of about the same years (see
 * `splitEras`), and is an era of its own otherwise. What is known is not re-centered, so that many small extensions
 * lead no farther than one.
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
        part: joins ? 'joined' : fragment.anchor ? 'anchor' : 'alone',
        distance: cosineDistance(rowOf(matrix, row), centroid),
      };
    }
    return { ...placement, rows, years: fragment.coreYears, era };
  });
  for (const rows of joined) rows.sort((a, b) => a - b);
  return { outcomes, joined, newEras, fragments };
}
