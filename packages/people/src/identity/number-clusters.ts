import { type Decided, ranking } from './statements.js';

/** What is known of the rows from before, to number clusters by. */
export interface Before {
  /** The number that the embeddings gave to each row; 0 for none, or for a new row. */
  cluster: ArrayLike<number>;
  /** The number of each row's person; 0 for none, or for a new row. */
  person: ArrayLike<number>;
}

/** Numbers for the clusters of a new clustering. */
export interface Numbered {
  /** Number of each row's cluster; 0 for a face that is alone. */
  cluster: Int32Array;
  /** Numbers that were in use and are not any more, with the number of the cluster that has most of their faces. */
  merged: Map<number, number>;
  nextNumber: number;
}

/**
 * Numbers clusters so that everyone keeps their number. In this order:
 *
 * 1. someone who is spoken of has the cluster with most of the faces by which they are recognized, unless they are made of
 *    nothing but what was said about faces;
 * 2. a number goes to the cluster with most of the faces that had it; a cluster with most of the faces of several numbers
 *    takes that with most of its own faces, and the others point to it;
 * 3. other clusters of two faces and more get new numbers, the largest first.
 *
 * @param labels     cluster of each row, 0..k-1
 * @param nextNumber a number that nobody ever had
 */
export function numberClusters(
  labels: ArrayLike<number>,
  before: Before,
  said: Decided,
  nextNumber: number,
): Numbered {
  const sizes: number[] = [];
  const firstRow: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (sizes[label] === undefined) firstRow[label] = row;
    sizes[label] = (sizes[label] ?? 0) + 1;
  }
  const numbers = new Map<number, number>();
  const taken = new Set<number>();
  const give = (label: number, number: number) => {
    if (numbers.has(label) || taken.has(number)) return;
    numbers.set(label, number);
    taken.add(number);
  };
  const rank = ranking(said);
  const spoken = [...said.spoken].sort((a, b) => rank(a.number, b.number));
  const byEvidence = new Set(Array.from(before.cluster));
  const known = new Set(Array.from(before.person));
  for (const { number, seeds } of spoken) {
    // Someone who is made of nothing but what was said about faces takes no one's cluster.
    if (known.has(number) && !byEvidence.has(number)) continue;
    const home = heir(seeds.map((row) => labels[row]));
    if (home !== undefined) give(home.label, number);
  }
  const heirs = new Map<number, number>();
  for (const numbered of [before.cluster, before.person]) {
    const found = heirsOf(labels, numbered);
    for (const { number, label } of found) {
      give(label, number);
      if (!heirs.has(number)) heirs.set(number, label);
    }
  }
  const others = [...sizes.keys()]
    .filter((label) => sizes[label] > 1 && !numbers.has(label))
    .sort((a, b) => sizes[b] - sizes[a] || firstRow[a] - firstRow[b]);
  for (const label of others) give(label, nextNumber++);

  const merged = new Map<number, number>();
  for (const [number, label] of heirs) {
    const now = numbers.get(label);
    if (!taken.has(number) && now !== undefined) merged.set(number, now);
  }
  return { cluster: Int32Array.from(labels, (label) => numbers.get(label) ?? 0), merged, nextNumber };
}

/** For each number the label with most of its rows; those with most rows in common come first. */
function heirsOf(
  labels: ArrayLike<number>,
  numbered: ArrayLike<number>,
): { number: number; label: number; rows: number }[] {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    if (!(numbered[row] > 0)) continue;
    const found = rowsOf.get(numbered[row]);
    if (found) found.push(labels[row]);
    else rowsOf.set(numbered[row], [labels[row]]);
  }
  return [...rowsOf]
    .map(([number, found]) => ({ number, ...(heir(found) as { label: number; rows: number }) }))
    .sort((a, b) => b.rows - a.rows || a.number - b.number);
}

/** The most frequent label, of equal ones the lowest. */
function heir(labels: readonly number[]): { label: number; rows: number } | undefined {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return first && { label: first[0], rows: first[1] };
}
