import { centroidOf, cosineDistance, type FaceMatrix, rowOf } from '@face-sets/cluster';
import type { Faces } from '../faces/faces.js';
import type { PersonRef } from '../log/decision.js';

import type { Identities, Person } from './identities.js';

/** How many faces identify a person in a decision. */
const FACES = 8;

/**
 * How a decision refers to a person: the number, and the faces closest to the person's centroid, which identify the person
 * if everyone is renumbered.
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
