import { clusterCentroids, nearPairs, takeRows } from '@face-sets/cluster';
import { FaceIndex } from '../faces/face-index.js';
import { photoOf } from '../faces/face-name.js';
import type { Faces } from '../faces/faces.js';
import type { Decision } from '../log/decision.js';
import { inForce } from '../log/in-force.js';
import type { Identities } from './identities.js';
import { type Decided, decided } from './statements.js';

/** A question that a person can answer but the embeddings cannot. */
export type Question =
  | {
      /** Which of these faces are this person? Answered by `is` and `isnt`. */
      ask: 'is';
      person: number;
      /** Faces that are no one's, the nearest first. */
      rows: number[];
      /** Cosine distance of each to the person's centroid. */
      distances: number[];
      /** See {@link SuggestOptions}; larger is better. */
      gain: number;
    }
  | {
      /** Are these two the same person? Answered by `same` or `different`. */
      ask: 'same';
      people: [number, number];
      /** Cosine distance of their centroids. */
      distance: number;
      gain: number;
    };

/** Options of {@link suggest}. */
export interface SuggestOptions {
  /** How many questions. @default 20 */
  limit?: number;
  /** Nothing farther apart than this cosine distance is asked about. @default 0.65 */
  reach?: number;
  /** Faces in one question. @default 12 */
  facesPerQuestion?: number;
}

/** One side of a question: a person or a face that is no one's. */
interface Side {
  number: number;
  rows: readonly number[];
}

/**
 * What to ask first: questions whose answers would assign the most faces, in order of the expected gain. Joining *a* and
 * *b* faces that are one person gives each of the *a* faces *b* more and the other way round, which is 2ab / (a + b) in
 * terms of the recall of BCubed; it counts by how likely it is, from 1 at a distance of 0 to 0 at `reach`.
 *
 * What was answered is not asked again, nor is anything about people and faces of no interest, or about two faces in one
 * photo.
 *
 * @param decisions the log that `identities` follow from
 */
export function suggest(
  faces: Faces,
  identities: Identities,
  decisions: readonly Decision[],
  { limit = 20, reach = 0.65, facesPerQuestion = 12 }: SuggestOptions = {},
): Question[] {
  const said = decided(inForce(decisions), new FaceIndex(faces.names));
  const isIgnored = new Set(identities.ignored);
  const people = identities.people.filter(({ rows, ignored }) => rows.length > 0 && !ignored);
  const labels = new Int32Array(faces.names.length).fill(-1);
  people.forEach(({ rows }, label) => {
    for (const row of rows) labels[row] = label;
  });
  const centroids = clusterCentroids(faces.embeddings, labels);
  const photos = people.map(({ rows }) => new Set(rows.map((row) => photoOf(faces.names[row]))));
  const sharePhoto = (label: number, rows: readonly number[]) =>
    rows.some((row) => photos[label].has(photoOf(faces.names[row])));
  const numberOf = (number: number) => identities.merged.get(number) ?? number;
  const isSettled = answered(said, numberOf);
  const gain = (a: Side, b: Side, distance: number) =>
    ((2 * a.rows.length * b.rows.length) / (a.rows.length + b.rows.length)) * (1 - distance / reach);

  const questions: Question[] = [];
  for (const { a, b, distance } of nearPairs(centroids, centroids, reach)) {
    if (a >= b || isSettled(people[a], people[b]) || sharePhoto(a, people[b].rows)) continue;
    questions.push({
      ask: 'same',
      people: [people[a].number, people[b].number],
      distance,
      gain: gain(people[a], people[b], distance),
    });
  }

  const alone = [...labels.keys()].filter((row) => identities.person[row] === 0 && !isIgnored.has(row));
  const near = new Map<number, { row: number; distance: number }[]>();
  const taken = new Set<number>();
  const pairs = nearPairs(takeRows(faces.embeddings, alone), centroids, reach);
  for (const { a, b, distance } of pairs.sort((x, y) => x.distance - y.distance || x.a - y.a)) {
    const row = alone[a];
    const face: Side = { number: 0, rows: [row] };
    if (taken.has(row) || isSettled(people[b], face) || sharePhoto(b, [row])) continue;
    taken.add(row);
    near.set(b, [...(near.get(b) ?? []), { row, distance }]);
  }
  for (const [label, found] of near) {
    const some = found.slice(0, facesPerQuestion);
    questions.push({
      ask: 'is',
      person: people[label].number,
      rows: some.map(({ row }) => row),
      distances: some.map(({ distance }) => distance),
      gain: some.reduce(
        (sum, { row, distance }) => sum + gain(people[label], { number: 0, rows: [row] }, distance),
        0,
      ),
    });
  }
  const first = (question: Question) => (question.ask === 'is' ? question.person : question.people[0]);
  return questions.sort((a, b) => b.gain - a.gain || first(a) - first(b)).slice(0, limit);
}

/** Whether a decision says already that two are different: people, or a person and a face that is no one's. */
function answered(said: Decided, numberOf: (number: number) => number): (a: Side, b: Side) => boolean {
  const different = new Set(said.different.map(([a, b]) => key(numberOf(a), numberOf(b))));
  return (a, b) => {
    if (b.number > 0) return different.has(key(a.number, b.number));
    const [row] = b.rows;
    const members = new Set(a.rows);
    return (
      [...(said.isnt.get(row) ?? [])].some((number) => numberOf(number) === a.number) ||
      said.differentFaces.some(([x, y]) => (x === row && members.has(y)) || (y === row && members.has(x)))
    );
  };
}

function key(a: number, b: number): string {
  return `${Math.min(a, b)} ${Math.max(a, b)}`;
}
