import { diffLabels, isStable, type LabelDiff } from '@face-sets/cluster';
import { UnstableLabelsError } from '../errors.js';

/**
 * What an extension changes, and the proof that nobody moved: how many groups were renumbered and how many faces left
 * theirs, both of which must be 0, and how many faces were added for whom. Groups are people or facesets, by id.
 */
export interface ExtensionDiff {
  renumbered: number;
  changed: number;
  /** Known groups that faces joined, by number. */
  added: GroupGrowth[];
  /** New groups, by number. */
  created: GroupGrowth[];
}

/** How many faces a group got. */
export interface GroupGrowth {
  id: string;
  /** Where it is, relative to the output; its owner may have renamed it. */
  folder: string;
  faces: number;
}

/**
 * Compares the groups that an output has with those that are about to be written.
 *
 * @param before  Number of the group of each row in the manifest that is there; negative for none.
 * @param groups  Groups that are about to be written.
 * @param highest Highest number that was ever in use.
 * @throws UnstableLabelsError when a group or a face that was there would not stay as it is.
 */
export function diffExtension(
  before: Int32Array,
  groups: readonly { id: string; folder: string; number: number; rows: readonly number[] }[],
  highest: number,
): ExtensionDiff {
  const after = new Int32Array(before.length).fill(-1);
  const groupOf = new Map<number, { id: string; folder: string }>();
  for (const { id, folder, number, rows } of groups) {
    groupOf.set(number, { id, folder });
    for (const row of rows) after[row] = number;
  }
  const found = diffLabels(before, after, highest);
  if (!isStable(found)) throw new UnstableLabelsError(violation(found));
  const named = (parts: LabelDiff['added']) =>
    parts.flatMap(({ person, faces }) => {
      const group = groupOf.get(person);
      return group ? [{ ...group, faces }] : [];
    });
  return {
    renumbered: found.renumbered.length,
    changed: found.changed.length,
    added: named(found.added),
    created: named(found.created),
  };
}

function violation({ renumbered, changed, reused }: LabelDiff): string {
  const first =
    renumbered.length > 0
      ? `number ${renumbered[0].person} would become ${renumbered[0].now}`
      : changed.length > 0
        ? `the face in row ${changed[0].row} would go from number ${changed[0].before} to ${changed[0].after}`
        : `number ${reused[0]} would be used again`;
  return `extending would renumber ${renumbered.length} people, move ${changed.length} faces and use ${reused.length} numbers again (${first}); expected none of it, so nothing was written: please report this`;
}
