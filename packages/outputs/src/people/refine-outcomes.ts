import type { FaceOutcome } from '@face-sets/cluster';
import { outlierMessage, type Rejection, rejection } from '@face-sets/manifests';
import type { GateFailure } from '@face-sets/quality';
import type { RefineOutcome } from './write-refined-folders.js';

/**
 * What `refine` of `@face-sets/cluster` decided, in the words of the refine manifest. The reason codes are
 * `short-edge`, `blur` and `det-score` (quality gate), `outlier`, `few-images` and `invalid-embedding`.
 */
export function refineOutcomes(outcomes: readonly FaceOutcome<GateFailure>[]): RefineOutcome[] {
  return outcomes.map((outcome) =>
    outcome.status === 'faceset'
      ? { faceset: outcome.faceset - 1, distance: outcome.distance }
      : { reason: reasonOf(outcome), ...('cluster' in outcome ? { cluster: outcome.cluster } : {}) },
  );
}

/** The embedding cannot be compared. */
export const INVALID_EMBEDDING: Rejection = {
  code: 'invalid-embedding',
  message: 'the embedding is all zeros or not finite',
};

/** The quality gate was not passed. */
export function gateRejection({ gate, value, limit, message }: GateFailure): Rejection {
  return rejection(gate, value, limit, message);
}

/** The face is too far from its centroid. */
export function outlierRejection(distance: number, limit: number): Rejection {
  return rejection('outlier', distance, limit, outlierMessage(distance, limit));
}

function reasonOf(outcome: Extract<FaceOutcome<GateFailure>, { status: 'rejected' }>): Rejection {
  switch (outcome.reason) {
    case 'quality':
      return gateRejection(outcome.gate);
    case 'outlier':
      return outlierRejection(outcome.distance, outcome.limit);
    case 'few-images': {
      const { images, limit } = outcome;
      const message = `only ${images} good photos of this person, ${limit} are needed`;
      return rejection('few-images', images, limit, message);
    }
    case 'invalid-embedding':
      return INVALID_EMBEDDING;
  }
}
