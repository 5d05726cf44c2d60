import { cacheWith } from '@face-sets/cache-npz';
import { robustCentroid } from '@face-sets/cluster';
import { InvalidArgumentError } from '@face-sets/quality';
import { readCollection } from '../folders/collection.js';
import { recordChange } from '../undo/change-journal.js';
import { applyMerges } from './apply-merges.js';
import {
  CONSOLIDATE_THRESHOLD,
  type ConsolidateInput,
  type ConsolidateResult,
} from './consolidate-result.js';
import { findProposals } from './propose-merges.js';

/**
 * Finds facesets of an output that show the same person, and merges them if a finder is given.
 *
 * Each faceset has a robust centroid (see {@link robustCentroid}) of the cache's embeddings of its exported faces; those
 * are clustered by complete linkage, so that every two facesets of a group are near to each other and no chain forms.
 * Eras are left out: those of one identity are one person.
 *
 * A merge rebuilds one of them from the faces of all, ranked together (see `exportSwap`; crops that are there are used
 * again), and moves the others as they are to `_merged/`. It is recorded, so that `undoLastChange` takes it back. In later
 * exports the faces of a merged faceset go to the one that it was merged into.
 *
 * @throws ManifestError when `out` is not an output of `exportSwap`.
 * @throws OutputFolderError when `only` names a faceset that is not there.
 * @throws {InvalidArgumentError} for an impossible threshold.
 */
export async function consolidateFacesets(input: ConsolidateInput): Promise<ConsolidateResult> {
  const { out, threshold = CONSOLIDATE_THRESHOLD, only, finder } = input;
  if (!(threshold >= 0 && threshold <= 2)) {
    throw new InvalidArgumentError(`option threshold: found ${threshold}, expected 0 to 2`);
  }
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'detScore', 'blur');
  const found = await findProposals(await readCollection(out), cache, threshold, only);
  const result = { out, threshold, ...found };
  const accepted = found.proposals.filter(({ doubts }) => doubts.length === 0 || only !== undefined);
  if (!finder || accepted.length === 0) return { ...result, merged: null, exported: null };
  const done = await recordChange(
    out,
    'consolidate',
    // What it was found in may have been changed before the folder was ours.
    async () => applyMerges(input, cache, finder, await readCollection(out), accepted),
    input,
  );
  return { ...result, ...done };
}
