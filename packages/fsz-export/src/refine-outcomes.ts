import type { FaceOutcome } from '@face-sets/cluster';
import type { GateFailure } from '@face-sets/quality';
import type { Rejection } from './manifest-parts.js';
import type { RefineOutcome } from './write-refined-folders.js';

/**
 * What `refine` of `@face-sets/cluster` decided, in the words of the refine manifest. The reason codes are
 * `short-edge`, `blur` and `det-score` (quality gate), `outlier`, `few-images` and `no-direction`.
 */
export function refineOutcomes(outcomes: readonly FaceOutcome<GateFailure>[]): RefineOutcome[] {
  return outcomes.map((outcome) =>
    outcome.status === 'faceset'
      ? { faceset: outcome.faceset - 1, distance: outcome.distance }
      : { reason: rejectionOf(outcome) },
  );
}

function rejectionOf(outcome: Extract<FaceOutcome<GateFailure>, { status: 'rejected' }>): Rejection {
  switch (outcome.reason) {
    case 'quality': {
      const { gate, value, limit, message } = outcome.gate;
      return { code: gate, value, limit, message };
    }
    case 'outlier':
      return {
        code: 'outlier',
        value: outcome.distance,
        limit: outcome.limit,
        message: `cosine distance ${outcome.distance.toFixed(3)} to the centroid is above ${outcome.limit}`,
      };
    case 'few-images':
      return {
        code: 'few-images',
        value: outcome.images,
        limit: outcome.limit,
        message: `only ${outcome.images} good photos of this person, ${outcome.limit} are needed`,
      };
    case 'no-direction':
      return { code: 'no-direction', message: 'the embedding is all zeros or not finite' };
  }
}
