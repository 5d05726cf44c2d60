import {
  centroidOf,
  clusterCentroids,
  cosineDistance,
  type FaceMatrix,
  nearPairs,
  relabel,
  rowOf,
  takeRows,
} from '@face-sets/cluster';
import { rowsOfClusters } from './claim-clusters.js';
import type { Decided } from './statements.js';

/** What {@link placeFaces} needs to know beside the decisions. */
export interface PlaceFacesOptions {
  /** The number that a person goes by. */
  numberOf(number: number): number;
  /** Largest cosine distance to a centroid, for a face that has to leave someone to go to someone else. */
  reach: number;
  /** The number that a row's person in the earlier result goes by now, 0 for none. */
  before(row: number): number;
  /**
   * The number of a new person of these rows, or the one that they had before, if they may have it: faces that are one
   * person and nobody's.
   */
  newNumber(rows: readonly number[], mayHave?: (number: number) => boolean): number;
}

/**
 * Applies the decisions about faces: `is` assigns a face to a person, `isnt` removes it, `same` keeps faces together and
 * `different` keeps them apart. A face that has to leave goes to the nearest person whom no decision forbids, if one is in
 * reach, else to no one; where it went before it stays.
 *
 * @param person number of each row's person, 0 for none; is changed
 */
export function placeFaces(
  matrix: FaceMatrix,
  person: Int32Array,
  said: Decided,
  { numberOf, reach, before, newNumber }: PlaceFacesOptions,
): void {
  for (const [row, number] of said.is) person[row] = numberOf(number);
  if (said.isnt.size + said.sameFaces.length + said.differentFaces.length === 0) return;

  const units = new Map(said.sameFaces.flatMap((rows) => rows.map((row) => [row, rows] as const)));
  const isFixed = (row: number) => (units.get(row) ?? [row]).some((one) => said.is.has(one));
  for (const rows of said.sameFaces) {
    // A face whose others are gone stays where they were together.
    const to =
      rows.length > 1 ? commonPerson(rows, person, said, before) || newNumber(rows) : before(rows[0]);
    if (to > 0 && !(rows.length === 1 && isFixed(rows[0]))) for (const row of rows) person[row] = to;
  }

  const opponents = new Map<number, number[]>();
  for (const [a, b] of said.differentFaces) {
    opponents.set(a, [...(opponents.get(a) ?? []), b]);
    opponents.set(b, [...(opponents.get(b) ?? []), a]);
  }
  const isForbidden = (rows: readonly number[], number: number) =>
    rows.some(
      (row) =>
        [...(said.isnt.get(row) ?? [])].some((other) => numberOf(other) === number) ||
        (opponents.get(row) ?? []).some((other) => person[other] === number),
    );

  const leaving = new Map<readonly number[], number>();
  const leave = (row: number) => {
    const unit = units.get(row) ?? [row];
    units.set(row, unit);
    leaving.set(unit, person[row]);
    for (const one of unit) person[one] = 0;
  };
  for (const row of said.isnt.keys()) {
    if (person[row] > 0 && !isFixed(row) && isForbidden([row], person[row])) leave(row);
  }
  const members = rowsOfClusters(person);
  const hasToLeave = (a: number, b: number) => {
    if (isFixed(a) !== isFixed(b)) return isFixed(b);
    const here = person[a];
    // The one that left before leaves again, whatever has changed around them.
    if ((before(a) === here) !== (before(b) === here)) return before(a) !== here;
    return isFarther(a, b, matrix, members.get(here) as number[]);
  };
  for (const [a, b] of said.differentFaces) {
    if (person[a] === 0 || person[a] !== person[b]) continue;
    leave(hasToLeave(a, b) ? a : b);
  }
  // Where all of whom a face was to be kept apart from have left, it need not leave.
  for (const [unit, from] of leaving) {
    if (isForbidden(unit, from)) continue;
    for (const row of unit) person[row] = from;
    leaving.delete(unit);
  }
  for (const unit of leaving.keys()) {
    const had = before(unit[0]);
    if (had === 0 || isForbidden(unit, had)) continue;
    for (const row of unit) person[row] = had;
    leaving.delete(unit);
  }
  if (leaving.size === 0) return;

  const near = nearestPeople(matrix, person, [...leaving.keys()].flat(), reach);
  for (const unit of leaving.keys()) {
    const [nearest] = unit
      .flatMap((row) => near.get(row) ?? [])
      .filter(({ number }) => !isForbidden(unit, number))
      .sort((a, b) => a.distance - b.distance || a.number - b.number);
    const alone = () => (unit.length > 1 ? newNumber(unit, (number) => !isForbidden(unit, number)) : 0);
    const to = nearest?.number ?? alone();
    for (const row of unit) person[row] = to;
  }
}

/** The people whose centroids are in reach of some faces, with the distances. */
function nearestPeople(
  matrix: FaceMatrix,
  person: Int32Array,
  rows: readonly number[],
  reach: number,
): Map<number, { number: number; distance: number }[]> {
  const labels = relabel(person);
  const numbers: number[] = [];
  labels.forEach((label, row) => {
    numbers[label] = person[row];
  });
  const centroids = clusterCentroids(
    matrix,
    labels.map((label, row) => (person[row] === 0 ? -1 : label)),
  );
  const near = new Map<number, { number: number; distance: number }[]>();
  for (const { a, b, distance } of nearPairs(takeRows(matrix, rows), centroids, reach)) {
    near.set(rows[a], [...(near.get(rows[a]) ?? []), { number: numbers[b], distance }]);
  }
  return near;
}

/**
 * The person of faces that are one: the one that an `is` names, else the one who had them all, else the one who has most of
 * them, else 0.
 */
function commonPerson(
  rows: readonly number[],
  person: Int32Array,
  said: Decided,
  before: (row: number) => number,
): number {
  const pinned = rows.find((row) => said.is.has(row));
  if (pinned !== undefined) return person[pinned];
  const had = before(rows[0]);
  if (had > 0 && rows.every((row) => before(row) === had)) return had;
  const counts = new Map<number, number>();
  for (const row of rows) if (person[row] > 0) counts.set(person[row], (counts.get(person[row]) ?? 0) + 1);
  if (counts.size === 0) return 0;
  const sizes = new Map([...counts.keys()].map((number) => [number, 0]));
  for (const number of person) if (sizes.has(number)) sizes.set(number, (sizes.get(number) as number) + 1);
  return [...counts].sort(
    ([a, m], [b, n]) => n - m || (sizes.get(b) as number) - (sizes.get(a) as number) || a - b,
  )[0][0];
}

/** Whether the first of two faces of a person is farther from the others than the second. */
function isFarther(a: number, b: number, matrix: FaceMatrix, rows: readonly number[]): boolean {
  const others = rows.filter((row) => row !== a && row !== b);
  if (others.length === 0) return false;
  const centroid = centroidOf(matrix, others);
  return cosineDistance(rowOf(matrix, a), centroid) > cosineDistance(rowOf(matrix, b), centroid);
}
