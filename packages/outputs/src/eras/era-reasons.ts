import type { EraOutcome } from '@face-sets/cluster';
import { type Rejection, rejection } from '@face-sets/manifests';
import { type GateFailure, measuredText } from '@face-sets/quality';

/** Why a face is in no era, in the words of the manifests. */
export function eraReason(outcome: Extract<EraOutcome<GateFailure>, { status: 'rejected' }>): Rejection {
  switch (outcome.reason) {
    case 'not-candidate':
      return { code: 'elsewhere', message: 'the photo is outside the source folders' };
    case 'invalid-embedding':
      return { code: 'invalid-embedding', message: 'the embedding is all zeros or not finite' };
    case 'quality': {
      const { gate, value, limit, message } = outcome.gate;
      return rejection(gate, value, limit, message);
    }
    case 'not-recovered': {
      const { distance, limit } = outcome;
      const message = `cosine distance ${measuredText(distance, limit)} to the curated faceset is above ${limit}`;
      return rejection('not-recovered', distance, limit, message);
    }
    case 'not-tight': {
      const { distance, limit } = outcome;
      const message = `cosine distance ${measuredText(distance, limit)} to the mean of all ages is above ${limit}`;
      return rejection('not-tight', distance, limit, message);
    }
    case 'small-fragment': {
      const { faces, limit } = outcome;
      const message = `one of ${faces} similar faces that fit no era; a new era needs ${limit}`;
      return rejection('small-fragment', faces, limit, message);
    }
  }
}
