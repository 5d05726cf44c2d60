import { holdsNothing, releaseOutputFolder } from '../folders/output-folder.js';
import { buildExport } from './build-export.js';
import { claimExport } from './claim-export.js';
import type { ExportSwapInput, ExportSwapResult } from './export-swap-input.js';
import { planExport } from './plan-export.js';
import { publishExport } from './publish-export.js';

/**
 * Exports every faceset of a refine manifest for face-swapping tools: `faceset_001/` with `faces/0000.png`…
 * (best first), `faceset_001_topN.fsz`, `faceset_001_all.fsz`, `manifest.json` and `NAME.txt`, and a
 * `manifest.json` over all. Each PNG is proven to hold exactly one face (see `singleFaceCrop`). Facesets left
 * with few faces go to `_thin/`, those left with none are listed as `empty`; every face that is not exported has
 * its reason in a manifest.
 *
 * With `candidates`, the faces that are alone in the raw clusters are sorted into `_candidates/` (see `planCandidates`).
 * An export of the same refine manifest without it leaves them as they are; one of another removes them.
 *
 * An earlier output is updated: facesets with the same inputs are left alone, changed ones are built beside the
 * old and take its place by a rename, those no longer wanted are removed; with `merge` those stay, and so do, without it,
 * those that joined by a merge, with their numbers: whom the refine manifest gives one of these gets another one. Foreign
 * files stay. What the owner wrote into `NAME.txt`, and the name that the owner gave
 * to a folder, follow the person, even when refine has numbered them anew: a faceset is found by the id in its own
 * manifest, wherever its folder lies directly below `out` or in `_thin/`. The bundles of someone with a name are called by
 * it: `Anna_all.fsz`. Where only the name has changed since the last export, the files are renamed, and no crop is made
 * anew. `NAME.txt` may be in any encoding, and what the owner has written there is never written anew. Nothing is written or removed through a symbolic
 * link that is put in the place of a faceset.
 *
 * A faceset of the refine manifest with a `label` has it in `NAME.txt` until the owner writes another name, in the names of
 * its bundles, and as a file `<label>.txt`. One with `era_of` is an era: it gets an `<id>.txt` with its `years`; those of
 * fewer than `minEraFaces` faces a `THIN.txt`, a place in `_thin/`, and are listed apart from the facesets.
 *
 * @throws OutputFolderError when the folder holds something else, a faceset has a symbolic link in its place, or a merge
 *   would give a number again.
 * @throws ManifestMismatchError when the refine manifest does not belong to the cache.
 * @throws ForeignEmbeddingsError when a format needs embeddings of another model than the cache's.
 * @throws {InvalidArgumentError} for an impossible option.
 */
export async function exportSwap(input: ExportSwapInput): Promise<ExportSwapResult> {
  const claimed = await claimExport(input);
  const planned = await planExport(input, claimed);
  const built = await buildExport(input, claimed, planned).catch(async (error) => {
    // Facesets that are done stay for the next run, which the list of what is in progress tells of them.
    if (input.signal?.aborted && (await holdsNothing(claimed.folder)))
      await releaseOutputFolder(claimed.folder);
    throw error;
  });
  return publishExport(input, claimed, planned, built);
}
