import type { FaceOutcome } from '@face-sets/cluster';
import { outlierMessage, type Rejection, rejection } from '@face-sets/manifests';
import type { GateFailure } from '@face-sets/quality';
import type { RefineOutcome } from './write-refined-folders.js';

/**
 * What `refine` of `@face-sets/cluster` decided, in the words of the refine manifest. The reason codes are
 * `short-edge`, `blur` and `det-score` (quality gate), `outlier`, `few-images`, `unmatched`, `dropped` and
 * `invalid-embedding`.
 *
 * @param numberOf number of the person with a label; 0 for a face that is no one's
 */
export function refineOutcomes(
  outcomes: readonly FaceOutcome<GateFailure>[],
  numberOf: (label: number) => number,
): RefineOutcome[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'faceset') {
      const faceset = numberOf(outcome.cluster);
      return faceset > 0 ? { faceset, distance: outcome.distance } : { reason: UNMATCHED };
    }
    const person = 'cluster' in outcome ? numberOf(outcome.cluster) : 0;
    return { reason: reasonOf(outcome), ...(person > 0 ? { person } : {}) };
  });
}

/** Where one photo is enough for a faceset, a face that is no one's still has none. */
const UNMATCHED: Rejection = { code: 'unmatched', message: 'no other face is like it' };

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
    case 'dropped':
      return { code: 'dropped', message: 'was dropped from the faceset by a decision' };
    case 'invalid-embedding':
      return { code: 'invalid-embedding', message: 'the embedding is all zeros or not finite' };
  }
}
