import { dot, dotOfSum, dotOfSums } from '@face-sets/cluster';
import { driftOf } from './drift.js';

/** What the choice looks at, of one face. */
export interface SelectableFace {
  /** Composite score in [0, 1]. */
  score: number;
  /** Pitch, yaw and roll in degrees, where known. */
  pose?: ArrayLike<number>;
  /** Mean gray value of the face, 0 to 255. */
  luminance: number;
  /** Year of capture, where known. */
  year?: number;
  /** Raw, as a swap tool will compute it. */
  embedding: Float32Array;
}

/** What a face of a kind that is not chosen yet adds, beside its score of at most 1. */
const POSE_GAIN = 0.5;
const LIGHT_GAIN = 0.25;
const YEAR_GAIN = 0.25;
/** What a cosine distance of 1 between mean and centroid costs. */
const DRIFT_COST = 4;
/** Cosine distance of the mean to the centroid that is not worth any face. */
const DRIFT_LIMIT = 0.02;
/** So few faces are not thinned out for the sake of the mean. */
const LEAST_FACES = 3;
/** Yaw and pitch in degrees where the next pose bin begins; the middle bin faces the camera. */
const YAW_EDGES = [-45, -15, 15, 45];
const PITCH_EDGES = [-15, 15];
/** Mean gray values where the next light bin begins: dark, dim, medium, bright. */
const LIGHT_EDGES = [60, 100, 150];

/**
 * Chooses faces that together show the person from many sides, without moving the mean of their embeddings.
 *
 * Greedy maximization of Σ score + Σ over the bins of (gain · H(faces in the bin)) − 4 · drift, where H(n) = 1 + 1/2 +
 * … + 1/n: the first face of a pose bin (5 of yaw × 3 of pitch), a light bin (4 of mean gray value) or a year is
 * worth a whole gain, the second half of it. The sums are a monotone submodular function (diminishing returns: H.
 * Lin and J. Bilmes, "A Class of Submodular Functions for Document Summarization", 2011), of which the greedy choice
 * reaches at least 1 − 1/e of the best (Nemhauser, Wolsey and Fisher, 1978). *Drift* is the cosine distance of
 * the mean of raw embeddings to the centroid: a face that would bring it above 0.02 is taken only where it makes it
 * smaller, or where every other would make it larger still. In the end faces without which the mean is nearer are
 * left out again, as long as it is farther than 0.02 and more than 3 are left. Ties go to the face that comes first.
 *
 * @param faces Best first.
 * @param count At most so many.
 * @param centroid Of unit length.
 * @param outliers Indexes of faces that are left out, unless there are no others.
 * @returns Indexes, ascending.
 */
export function selectDiverse(
  faces: readonly SelectableFace[],
  count: number,
  centroid: Float32Array,
  outliers: readonly number[] = [],
): number[] {
  const dim = centroid.length;
  const out = new Set(outliers);
  let left = faces.map((_, i) => i).filter((i) => !out.has(i));
  if (left.length === 0) left = faces.map((_, i) => i);
  const bins = faces.map(binsOf);
  const along = faces.map(({ embedding }) => dot(embedding, 0, centroid, 0, dim));
  const squares = faces.map(({ embedding }) => dot(embedding, 0, embedding, 0, dim));
  const chosen: number[] = [];
  const inBin = new Map<string, number>();
  const sum = new Float64Array(dim);
  let sumAlong = 0;
  let sumSquare = 0;
  let drift = Infinity;
  while (chosen.length < count && left.length > 0) {
    let best = -1;
    let bestSteady = false;
    let bestGain = -Infinity;
    let bestDrift = 0;
    for (const i of left) {
      const cross = dotOfSum(sum, 0, faces[i].embedding, 0, dim);
      const length = Math.sqrt(sumSquare + 2 * cross + squares[i]);
      const newDrift = length > 0 ? 1 - (sumAlong + along[i]) / length : 1;
      const steady = newDrift <= Math.max(DRIFT_LIMIT, drift);
      let gain = -DRIFT_COST * newDrift;
      if (steady) {
        gain += faces[i].score;
        for (const { bin, worth } of bins[i]) gain += worth / (1 + (inBin.get(bin) ?? 0));
      }
      if (steady === bestSteady ? gain > bestGain : steady) {
        best = i;
        bestSteady = steady;
        bestGain = gain;
        bestDrift = newDrift;
      }
    }
    chosen.push(best);
    left = left.filter((i) => i !== best);
    for (const { bin } of bins[best]) inBin.set(bin, (inBin.get(bin) ?? 0) + 1);
    for (let k = 0; k < sum.length; k++) sum[k] += faces[best].embedding[k];
    sumAlong += along[best];
    sumSquare = dotOfSums(sum, 0, sum, 0, dim);
    drift = bestDrift;
  }
  return withoutPulling(faces, chosen, centroid).sort((a, b) => a - b);
}

function binsOf({ pose, luminance, year }: SelectableFace): { bin: string; worth: number }[] {
  const bins = [{ bin: `light ${binOf(luminance, LIGHT_EDGES)}`, worth: LIGHT_GAIN }];
  if (pose && Number.isFinite(pose[0]) && Number.isFinite(pose[1])) {
    const bin = `pose ${binOf(pose[1], YAW_EDGES)} ${binOf(pose[0], PITCH_EDGES)}`;
    bins.push({ bin, worth: POSE_GAIN });
  }
  if (year !== undefined) bins.push({ bin: `year ${year}`, worth: YEAR_GAIN });
  return bins;
}

function binOf(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value >= edge).length;
}

/** Leaves out the face that pulls the mean away most, again and again, until it is near enough or none does. */
function withoutPulling(
  faces: readonly SelectableFace[],
  chosen: readonly number[],
  centroid: Float32Array,
): number[] {
  const kept = [...chosen];
  while (kept.length > LEAST_FACES) {
    const { cosine, leaveOneOut } = driftOf(
      kept.map((i) => faces[i].embedding),
      centroid,
    );
    if (1 - cosine <= DRIFT_LIMIT) break;
    const most = Math.min(...leaveOneOut);
    if (most >= 0) break;
    kept.splice(leaveOneOut.indexOf(most), 1);
  }
  return kept;
}
