import { embeddingMatrix, embeddingOf } from '@face-sets/cache-npz';
import { agglomerative, cosineDistance, hasDirection, robustCentroid, takeRows } from '@face-sets/cluster';
import {
  type ClusterManifest,
  faceRefOf,
  type Rejection,
  rejection,
  rounded,
  type SwapCandidates,
} from '@face-sets/manifests';
import { InvalidArgumentError, measuredText } from '@face-sets/quality';
import {
  checkSameFace,
  type FacesetPlan,
  finishPlan,
  type PlanContext,
  supersededReason,
} from './plan-faceset.js';
import { rankFaces } from './rank-faces.js';

/** What {@link planCandidates} looks for, and where. */
export interface CandidateOptions {
  /** Manifest of `cluster` on the same cache: its singletons are the candidates. */
  raw: ClusterManifest;
  /** Where it is and its SHA-256, for the manifest. */
  rawFile: { path: string; sha256: string };
  /** Cosine distance to a faceset's centroid up to which a face may belong to it; default 0.55. */
  matchThreshold?: number;
  /** Minimum composite score of a candidate; default 0.40. */
  minScore?: number;
  /**
   * Those that match no faceset are clustered (average linkage, cosine) up to this distance; default 0.10 more than
   * `matchThreshold`. What was alone in raw clusters of a threshold is alone at the same threshold again, so this has
   * to be the looser one.
   */
  groupThreshold?: number;
}

/** Defaults of {@link CandidateOptions}. */
export const DEFAULT_CANDIDATE_OPTIONS = { matchThreshold: 0.55, minScore: 0.4 };

/** A face found once may be anything; similar faces in two photos are a person. */
const LEAST_OF_NEW = 2;

/** The candidates, sorted into groups. */
export interface CandidatePlans {
  /** `to_faceset_001`, …, then `new_001`, …, the largest first. */
  plans: { plan: FacesetPlan; faceset?: string }[];
  rejected: SwapCandidates['rejected'];
  options: SwapCandidates['options'];
}

/**
 * Sorts the faces not assigned to anyone in the raw clusters: each goes to the faceset with the closest robust centroid, if
 * it is near enough; the others are clustered among themselves. They are for you to look at, and are not added to any
 * bundle.
 *
 * @param facesets Plans of the facesets.
 * @throws ManifestMismatchError when the raw manifest does not belong to the cache.
 * @throws {InvalidArgumentError} for an invalid threshold.
 */
export async function planCandidates(
  candidates: CandidateOptions,
  facesets: readonly FacesetPlan[],
  context: PlanContext,
): Promise<CandidatePlans> {
  const { cache } = context;
  const {
    matchThreshold = DEFAULT_CANDIDATE_OPTIONS.matchThreshold,
    minScore = DEFAULT_CANDIDATE_OPTIONS.minScore,
  } = candidates;
  const groupThreshold = candidates.groupThreshold ?? rounded(matchThreshold + 0.1, 6);
  for (const [name, value] of Object.entries({ matchThreshold, minScore, groupThreshold })) {
    if (!(value >= 0 && value <= 2)) {
      throw new InvalidArgumentError(`candidate option ${name}: found ${value}, expected 0 to 2`);
    }
  }
  const all = embeddingMatrix(cache);
  const inFaceset = new Map(
    facesets.flatMap(({ id, faces }) => faces.map(({ ref }) => [ref.row, id] as const)),
  );
  const rejected: { row: number; reason: Rejection }[] = [];
  const rows: number[] = [];
  for (const face of candidates.raw.singletons) {
    checkSameFace(cache, face, 'raw manifest');
    const [{ score }] = rankFaces(cache, [face.row]);
    const reason = supersededReason(cache, face.row) ?? unfit(face.row, score);
    if (reason) rejected.push({ row: face.row, reason });
    else rows.push(face.row);
  }

  function unfit(row: number, score: number): Rejection | null {
    const faceset = inFaceset.get(row);
    if (faceset) return { code: 'in-faceset', message: `the face is in ${faceset} already` };
    if (!hasDirection(all, row))
      return { code: 'invalid-embedding', message: 'the embedding is all zeros or not finite' };
    if (score >= minScore) return null;
    return rejection(
      'low-score',
      score,
      minScore,
      `score ${measuredText(score, minScore)} is below ${minScore}`,
    );
  }

  const centroids = facesets.map(
    ({ faces }) =>
      robustCentroid(
        takeRows(
          all,
          faces.map(({ ref }) => ref.row),
        ),
      ).centroid,
  );
  const distances = new Map<string, Map<number, number>>();
  const unmatched: { row: number; nearest: number }[] = [];
  for (const row of rows) {
    let nearest = Infinity;
    let id = '';
    centroids.forEach((centroid, i) => {
      const distance = cosineDistance(embeddingOf(cache, row), centroid);
      if (distance < nearest) {
        nearest = distance;
        id = facesets[i].id;
      }
    });
    if (nearest <= matchThreshold) {
      const matched = distances.get(id) ?? new Map<number, number>();
      distances.set(id, matched.set(row, nearest));
    } else unmatched.push({ row, nearest });
  }

  const plans: CandidatePlans['plans'] = [];
  for (const { id } of facesets) {
    const matched = distances.get(id);
    if (!matched) continue;
    const plan = { id: `to_${id}`, kind: 'candidates', distances: matched, rejected: [] } as const;
    plans.push({ plan: finishPlan({ ...plan, rejected: [] }, context), faceset: id });
  }

  const labels =
    unmatched.length > 0
      ? await agglomerative(
          takeRows(
            all,
            unmatched.map(({ row }) => row),
          ),
          { threshold: groupThreshold },
        )
      : new Int32Array();
  const groups = new Map<number, number[]>();
  unmatched.forEach(({ row }, i) => {
    groups.set(labels[i], [...(groups.get(labels[i]) ?? []), row]);
  });
  const people = [...groups.values()].filter((group) => group.length >= LEAST_OF_NEW);
  people.sort((a, b) => b.length - a.length || a[0] - b[0]);
  people.forEach((group, i) => {
    const id = `new_${String(i + 1).padStart(3, '0')}`;
    const { centroid } = robustCentroid(takeRows(all, group));
    const own = new Map(group.map((row) => [row, cosineDistance(embeddingOf(cache, row), centroid)]));
    const plan = { id, kind: 'candidates', leastFaces: LEAST_OF_NEW, distances: own } as const;
    plans.push({ plan: finishPlan({ ...plan, rejected: [] }, context) });
  });
  const grouped = new Set(people.flat());
  for (const { row, nearest } of unmatched) {
    if (grouped.has(row)) continue;
    const message = `no faceset is within ${matchThreshold} and no other singleton within ${groupThreshold}`;
    rejected.push({ row, reason: rejection('no-match', nearest, matchThreshold, message) });
  }
  return {
    plans,
    rejected: rejected
      .sort((a, b) => a.row - b.row)
      .map(({ row, reason }) => ({ ...faceRefOf(cache, row), reason })),
    options: { match_threshold: matchThreshold, min_score: minScore, group_threshold: groupThreshold },
  };
}
