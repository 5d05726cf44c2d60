import { InvalidArgumentError } from '../invalid-argument.js';

/** What became of known people and their faces, by {@link diffLabels}. */
export interface LabelDiff {
  /** People who have another number now: all of their faces do, and the same one. */
  renumbered: { person: number; now: number; faces: number }[];
  /** Faces that left their person, unless the person was renumbered; `after` is -1 for a face that is nobody's now. */
  changed: { row: number; before: number; after: number }[];
  /** Numbers of new people that were in use before, or below the highest that ever was. */
  reused: number[];
  /** Known people and how many faces joined each one, by number; people whom no face joined are not listed. */
  added: { person: number; faces: number }[];
  /** New people and how many faces each one has, by number. */
  created: { person: number; faces: number }[];
}

/**
 * Compares who is who before and after faces were added: proof that nobody was renumbered and no face changed its
 * person ({@link isStable}), and a count of the faces that were added for each.
 *
 * @param before  person of each row, 0 or more; a negative number for a row that was nobody's, or was not there
 * @param after   the same, of the same rows
 * @param highest highest number that was ever in use; default: the highest of `before`
 * @throws {InvalidArgumentError} where the two have different lengths
 */
export function diffLabels(before: ArrayLike<number>, after: ArrayLike<number>, highest = -1): LabelDiff {
  if (before.length !== after.length) {
    throw new InvalidArgumentError(
      `${before.length} people before and ${after.length} after: expected one for each row in both`,
    );
  }
  const members = new Map<number, number[]>();
  const newcomers = new Map<number, number>();
  let highestUsed = highest;
  for (let row = 0; row < before.length; row++) {
    if (before[row] >= 0) {
      const rows = members.get(before[row]);
      if (rows) rows.push(row);
      else members.set(before[row], [row]);
      highestUsed = Math.max(highestUsed, before[row]);
    } else if (after[row] >= 0) {
      newcomers.set(after[row], (newcomers.get(after[row]) ?? 0) + 1);
    }
  }
  const result: LabelDiff = { renumbered: [], changed: [], reused: [], added: [], created: [] };
  const taken = new Set<number>();
  for (const [person, rows] of byNumber(members)) {
    const now = after[rows[0]];
    if (now !== person && now >= 0 && rows.every((row) => after[row] === now)) {
      result.renumbered.push({ person, now, faces: rows.length });
      taken.add(now);
      continue;
    }
    for (const row of rows) {
      if (after[row] === person) continue;
      result.changed.push({ row, before: person, after: Math.max(-1, after[row]) });
      if (after[row] >= 0) taken.add(after[row]);
    }
  }
  for (const [person, faces] of byNumber(newcomers)) {
    if (members.has(person)) result.added.push({ person, faces });
    else result.created.push({ person, faces });
    taken.add(person);
  }
  result.reused = [...taken]
    .filter((person) => !members.has(person) && person <= highestUsed)
    .sort((a, b) => a - b);
  return result;
}

/** Whether nobody was renumbered, no face changed its person and no number was used again. */
export function isStable({ renumbered, changed, reused }: LabelDiff): boolean {
  return renumbered.length === 0 && changed.length === 0 && reused.length === 0;
}

function byNumber<T>(people: Map<number, T>): [number, T][] {
  return [...people].sort(([a], [b]) => a - b);
}
