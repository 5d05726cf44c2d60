import { centroidOf, cosineDistance, type FaceMatrix, rowOf } from '@face-sets/cluster';
import type { Faces } from '../faces/faces.js';
import type { PersonRef } from '../log/decision.js';

import type { Identities, Person } from './identities.js';

/** So many faces tell who is meant. */
const FACES = 8;

/**
 * How a decision speaks of a person: the number, and the faces nearest to the middle of those that the embeddings
 * gave the person, by which they are recognized should everyone be numbered anew.
 */
export function personRef(
  { number, rows }: Pick<Person, 'number' | 'rows'>,
  { names, embeddings }: Faces,
  { cluster }: Pick<Identities, 'cluster'>,
): PersonRef {
  const own = rows.filter((row) => cluster[row] === number);
  return { number, faces: central(embeddings, own.length > 0 ? own : rows).map((row) => names[row]) };
}

function central(matrix: FaceMatrix, rows: readonly number[]): number[] {
  const centroid = centroidOf(matrix, rows);
  const distance = new Map(rows.map((row) => [row, cosineDistance(rowOf(matrix, row), centroid)]));
  return [...rows]
    .sort((a, b) => (distance.get(a) as number) - (distance.get(b) as number) || a - b)
    .slice(0, FACES);
}
