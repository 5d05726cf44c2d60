import type { Identity, MarginOutcome } from '@face-sets/cluster';
import { outlierMessage, type Rejection, rejection } from '@face-sets/manifests';
import { measuredText } from '@face-sets/quality';

/** Why a face in a person's own folders is not in the faceset; the rows of the outcome are indexes into `usable`. */
export function identityReason(
  outcome: Exclude<Identity['outcomes'][number], { status: 'kept' }>,
  usable: readonly number[],
): Rejection {
  switch (outcome.reason) {
    case 'invalid-embedding':
      return INVALID_EMBEDDING;
    case 'outlier':
      return rejection(
        'outlier',
        outcome.distance,
        outcome.limit,
        outlierMessage(outcome.distance, outcome.limit),
      );
    case 'same-image': {
      const represented_by = usable[outcome.row];
      const message = `the face in row ${represented_by} of the same photo is closer to the person`;
      return { code: 'same-image', message, represented_by };
    }
  }
}

const INVALID_EMBEDDING: Rejection = {
  code: 'invalid-embedding',
  message: 'the embedding is all zeros or not finite',
};

/** Why a face of a mixed folder goes to no one. */
export function routeReason(
  route: Exclude<MarginOutcome, { status: 'assigned' }>,
  label: (person: number) => string,
): Rejection {
  switch (route.reason) {
    case 'invalid-embedding':
      return INVALID_EMBEDDING;
    case 'far': {
      const { distance, limit, person } = route;
      const message =
        person < 0
          ? 'there is no person to compare it with'
          : `cosine distance ${measuredText(distance, limit)} to the closest person, ${label(person)}, is above ${limit}`;
      return rejection('unknown-person', distance, limit, message);
    }
    case 'ambiguous': {
      const { distance, otherDistance, limit, person, other } = route;
      const message = `could be ${label(person)} (${measuredText(distance, otherDistance)}) or ${label(other)} (${measuredText(otherDistance, distance)})`;
      return rejection('ambiguous', otherDistance - distance, limit, message);
    }
    case 'same-image':
      return {
        code: 'same-image',
        message: `another face in the photo is closer to ${label(route.person)} (this one: ${route.distance.toFixed(3)})`,
      };
  }
}
