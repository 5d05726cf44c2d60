import { centroidOf, cosineDistance, type FaceMatrix, rowOf } from '@face-sets/cluster';
import type { Sets } from '../log/sets.js';
import { type Decided, ranking, type Spoken } from './statements.js';

/** Who is who once the decisions about people are applied to the clusters. */
export interface Claimed {
  /** Number of each row's person; 0 for none. */
  person: Int32Array;
  /** The number that a person goes by, who may have turned out to be another. */
  numberOf(number: number): number;
  /** Numbers of clusters that a person with another number has, and that number. */
  merged: Map<number, number>;
}

/**
 * Gives each cluster to the person that the decisions identify in it.
 *
 * - A person whom a decision mentions gets the cluster with their number if one of the faces that identify them is in it;
 *   else the cluster with most of these faces.
 * - A cluster is also theirs when nobody else claims it and more than half of its faces are theirs by `is`.
 * - Two people in one cluster are one person, unless a decision says that they are different or they have different names:
 *   then the cluster is split, and each face goes to the person it is most similar to. Faces stay with the person they were
 *   assigned to before.
 *
 * A person without any faces left still counts as the person they turned out to be.
 *
 * @param before number of each row's person in the earlier result, 0 for none
 * @param turnedOut who had turned out to be whom in the earlier result
 */
export function claimClusters(
  matrix: FaceMatrix,
  cluster: Int32Array,
  said: Decided,
  before: Int32Array,
  turnedOut: ReadonlyMap<number, number>,
): Claimed {
  const people = said.people.copy();
  const members = rowsOfClusters(cluster);
  const had = rowsOfClusters(before);
  const moved = new Set([...said.pinned, ...said.sameFaces.flat(), ...said.differentFaces.flat()]);
  const placed = new Set([...moved, ...said.is.keys(), ...said.isnt.keys()]);
  const seedsOf = new Map(
    said.spoken.map(({ number, seeds }) => {
      // A face that a decision has placed does not show where the others are.
      const own = seeds.filter((row) => mayBe(row, number, said) && !moved.has(row));
      // If none of the named faces is left, the others identify the person.
      return [number, own.length > 0 ? own : (had.get(number) ?? []).filter((row) => !placed.has(row))];
    }),
  );
  const claims = claimsOf(said, seedsOf, cluster, members);
  const rank = ranking(said);
  for (const claimants of claims.values()) joinByEvidence(claimants.sort(rank), people, said);
  const claimed = new Set([...claims.values()].flat());
  const others = new Map<number, number>();
  for (const { number } of said.spoken) {
    const to = turnedOut.get(number);
    if (to === undefined || claimed.has(number)) continue;
    if (claimed.has(to)) joinByEvidence([to, number].sort(rank), people, said);
    else if (members.has(to)) others.set(number, to);
  }

  const now = { ...said, people };
  const byRank = numbersBy(said.spoken, people, rank);
  const numberOf = (number: number) => others.get(byRank(number)) ?? byRank(number);
  const person = cluster.slice();
  const merged = new Map<number, number>();
  for (const [key, claimants] of claims) {
    const rows = key < 0 ? [-1 - key] : (members.get(key) as number[]);
    const inCluster = (number: number) =>
      (seedsOf.get(number) as number[]).filter((row) => keyOf(row, cluster) === key);
    let groups = [...new Set(claimants.map((number) => people.find(number)))].map((root) => ({
      root,
      seeds: claimants.filter((number) => people.find(number) === root).flatMap(inCluster),
      former: rows.filter((row) => people.find(before[row]) === root && mayBe(row, root, now)),
      mayHave: (row: number) => mayBe(row, root, now),
    }));
    // Whose faces are all gone has no part in what is left of the cluster.
    const present = groups.filter(({ seeds, former }) => seeds.length + former.length > 0);
    if (present.length > 0) groups = present;
    const parts = groups.length === 1 ? rows.map(() => 0) : part(matrix, rows, groups);
    rows.forEach((row, at) => {
      person[row] = numberOf(groups[parts[at]].root);
    });
    if (key > 0) merged.set(key, numberOf(groups[largest(parts, groups.length)].root));
  }
  for (const { number } of said.spoken) merged.set(number, numberOf(number));
  for (const [from, to] of merged) if (from === to) merged.delete(from);
  return { person, numberOf, merged };
}

/** Rows of each number but 0. */
export function rowsOfClusters(cluster: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  cluster.forEach((number, row) => {
    if (number === 0) return;
    const rows = members.get(number);
    if (rows) rows.push(row);
    else members.set(number, [row]);
  });
  return members;
}

/** A face that a decision gives to someone else, or takes from this person, says nothing about this person. */
function mayBe(row: number, number: number, said: Decided): boolean {
  const { people, is, isnt } = said;
  const owner = is.get(row);
  if (owner !== undefined && people.find(owner) !== people.find(number)) return false;
  return ![...(isnt.get(row) ?? [])].some((other) => people.find(other) === people.find(number));
}

/** The number of a row's cluster; for a face that is alone, one below 0 of its own. */
function keyOf(row: number, cluster: Int32Array): number {
  return cluster[row] > 0 ? cluster[row] : -1 - row;
}

/** Who claims which cluster. */
function claimsOf(
  said: Decided,
  seedsOf: ReadonlyMap<number, readonly number[]>,
  cluster: Int32Array,
  members: ReadonlyMap<number, readonly number[]>,
): Map<number, number[]> {
  const claims = new Map<number, number[]>();
  const claim = (key: number, number: number) => {
    const claimants = claims.get(key);
    if (!claimants) claims.set(key, [number]);
    else if (!claimants.includes(number)) claimants.push(number);
  };
  for (const { number } of said.spoken) {
    const seeds = seedsOf.get(number) as readonly number[];
    const known = members.has(number);
    if (known && (seeds.length === 0 || seeds.some((row) => cluster[row] === number))) claim(number, number);
    else if (seeds.length > 0) claim(mostFrequent(seeds.map((row) => keyOf(row, cluster))), number);
  }
  for (const { number } of said.spoken) {
    if (members.has(number) && !claims.has(number)) claim(number, number);
  }
  const pins = new Map<number, Map<number, number>>();
  for (const [row, number] of said.is) {
    const key = cluster[row];
    if (key === 0 || claims.has(key)) continue;
    const root = said.people.find(number);
    const counts = pins.get(key) ?? new Map<number, number>();
    pins.set(key, counts.set(root, (counts.get(root) ?? 0) + 1));
  }
  for (const [key, counts] of pins) {
    const half = (members.get(key) as readonly number[]).length / 2;
    for (const [root, count] of counts) if (count > half) claim(key, root);
  }
  return claims;
}

/** Makes one person of those who claim one cluster, as far as they are not said to be different. */
function joinByEvidence(claimants: readonly number[], people: Sets<number>, said: Decided): void {
  const groups: number[] = [];
  for (const number of claimants) {
    const group = groups.find((other) => !areApart(other, number, people, said));
    if (group === undefined) groups.push(number);
    else people.union(group, number);
  }
}

/**
 * Whether two people must stay apart: decided to be different, with different names, or because of decisions about faces.
 */
function areApart(a: number, b: number, people: Sets<number>, said: Decided): boolean {
  const [rootA, rootB] = [people.find(a), people.find(b)];
  if (rootA === rootB) return false;
  const areThese = (x: number | undefined, y: number | undefined) => {
    if (x === undefined || y === undefined) return false;
    const [rootX, rootY] = [people.find(x), people.find(y)];
    return (rootX === rootA && rootY === rootB) || (rootX === rootB && rootY === rootA);
  };
  if (said.different.some(([x, y]) => areThese(x, y))) return true;
  if (said.differentFaces.some(([x, y]) => areThese(said.is.get(x), said.is.get(y)))) return true;
  for (const [row, numbers] of said.isnt) {
    for (const number of numbers) if (areThese(said.is.get(row), number)) return true;
  }
  const [nameA, nameB] = [rootA, rootB].map((root) => nameOf(root, people, said));
  return nameA !== null && nameB !== null && nameA !== nameB;
}

/** The latest name of a person, by whatever number it was given. */
function nameOf(root: number, people: Sets<number>, said: Decided): string | null {
  let found: string | null = null;
  for (const { number, name } of said.names) {
    if (name !== undefined && people.find(number) === root) found = name;
  }
  return found;
}

/** The number that each person goes by: of those who are one, the first by `rank`. */
function numbersBy(
  spoken: readonly Spoken[],
  people: Sets<number>,
  rank: (a: number, b: number) => number,
): (number: number) => number {
  const numbers = new Map<number, number>();
  for (const { number } of [...spoken].sort((a, b) => rank(a.number, b.number))) {
    const root = people.find(number);
    if (!numbers.has(root)) numbers.set(root, number);
  }
  return (number) => numbers.get(people.find(number)) ?? number;
}

/** Parts a cluster among people: the part of each row. Who has no seeds in it gets what is left. */
function part(
  matrix: FaceMatrix,
  rows: readonly number[],
  groups: readonly {
    seeds: readonly number[];
    former: readonly number[];
    mayHave(row: number): boolean;
  }[],
): number[] {
  const partOf = new Map<number, number>();
  // Once parted, it stays so; before, it is one of them who has all.
  if (groups.every(({ former }) => former.length > 0)) {
    groups.forEach(({ former }, at) => {
      for (const row of former) partOf.set(row, at);
    });
  }
  groups.forEach(({ seeds }, at) => {
    for (const row of seeds) partOf.set(row, at);
  });
  const rest = groups.findIndex(({ seeds }) => seeds.length === 0);
  const centroids = rest < 0 ? groups.map(({ seeds }) => centroidOf(matrix, seeds)) : [];
  return rows.map((row) => {
    const known = partOf.get(row);
    if (known !== undefined) return known;
    if (rest >= 0) return rest;
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    centroids.forEach((centroid, at) => {
      const distance = cosineDistance(rowOf(matrix, row), centroid);
      if (distance < least && groups[at].mayHave(row)) [nearest, least] = [at, distance];
    });
    return nearest;
  });
}

function largest(parts: readonly number[], count: number): number {
  const sizes = new Array<number>(count).fill(0);
  for (const at of parts) sizes[at]++;
  return sizes.indexOf(Math.max(...sizes));
}

/** The most frequent key; of equal ones a cluster's before a single face's, then the lower. */
function mostFrequent(keys: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(
    ([a, m], [b, n]) => n - m || Number(b > 0) - Number(a > 0) || Math.abs(a) - Math.abs(b),
  )[0][0];
}
