import type { FaceOutcome } from '@face-sets/cluster';
import type { GateFailure } from '@face-sets/quality';
import type { Rejection } from './manifest-parts.js';
import { outlierMessage, rejection } from './rejections.js';
import type { RefineOutcome } from './write-refined-folders.js';

/**
 * What `refine` of `@face-sets/cluster` decided, in the words of the refine manifest. The reason codes are
 * `short-edge`, `blur` and `det-score` (quality gate), `outlier`, `few-images` and `no-direction`.
 */
export function refineOutcomes(outcomes: readonly FaceOutcome<GateFailure>[]): RefineOutcome[] {
  return outcomes.map((outcome) =>
    outcome.status === 'faceset'
      ? { faceset: outcome.faceset - 1, distance: outcome.distance }
      : { reason: reasonOf(outcome) },
  );
}

function reasonOf(outcome: Extract<FaceOutcome<GateFailure>, { status: 'rejected' }>): Rejection {
  switch (outcome.reason) {
    case 'quality': {
      const { gate, value, limit, message } = outcome.gate;
      return rejection(gate, value, limit, message);
    }
    case 'outlier': {
      const { distance, limit } = outcome;
      return rejection('outlier', distance, limit, outlierMessage(distance, limit));
    }
    case 'few-images': {
      const { images, limit } = outcome;
      const message = `only ${images} good photos of this person, ${limit} are needed`;
      return rejection('few-images', images, limit, message);
    }
    case 'no-direction':
      return { code: 'no-direction', message: 'the embedding is all zeros or not finite' };
  }
}
