/** Renames group numbers to 0, 1, … in the order in which each first appears. */
export function relabel(groups: ArrayLike<number>): Int32Array {
  const names = new Map<number, number>();
  const labels = new Int32Array(groups.length);
  for (let i = 0; i < groups.length; i++) {
    let name = names.get(groups[i]);
    if (name === undefined) {
      name = names.size;
      names.set(groups[i], name);
    }
    labels[i] = name;
  }
  return labels;
}

/**
 * The rows of each label, ascending: `membersOf(labels)[3]` are the rows labeled 3.
 *
 * @param labels whole numbers; a row with a negative one is left out
 */
export function membersOf(labels: ArrayLike<number>): number[][] {
  const members: number[][] = [];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < 0) continue;
    while (members.length <= labels[row]) members.push([]);
    members[labels[row]].push(row);
  }
  return members;
}

/**
 * Gives each row with a negative label (noise, in no cluster) a label of its own, after the highest there is; the
 * others keep theirs.
 */
export function withSingletons(labels: ArrayLike<number>): Int32Array {
  let next = 0;
  for (let row = 0; row < labels.length; row++) next = Math.max(next, labels[row] + 1);
  return Int32Array.from(labels, (label) => (label < 0 ? next++ : label));
}
