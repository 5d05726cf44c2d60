import { holdsNothing, releaseOutputFolder } from '../folders/output-folder.js';
import { buildExport } from './build-export.js';
import { claimExport } from './claim-export.js';
import type { ExportSwapInput, ExportSwapResult } from './export-swap-input.js';
import { planExport } from './plan-export.js';
import { publishExport } from './publish-export.js';

/**
 * Exports every faceset of a refine manifest for face-swapping tools: `faceset_001/` with `faces/0000.png`…
 * (best first), `faceset_001_topN.fsz`, `faceset_001_all.fsz`, `manifest.json` and `NAME.txt`, and a
 * `manifest.json` over all. Each PNG is verified to show exactly one face (see `singleFaceCrop`). Facesets with
 * few faces go to `_thin/`, those with none are listed as `empty`; a manifest gives the reason for every face that is
 * not exported.
 *
 * With `candidates`, faces not assigned to anyone in the raw clusters are sorted into `_candidates/` (see
 * `planCandidates`). Without it, an export of the same refine manifest leaves existing candidates as they are, and one of
 * another manifest removes them.
 *
 * An existing output is updated. Facesets with the same inputs are left alone. Changed ones are built beside the old folder,
 * which they then replace. Those that the manifest no longer has are removed; `merge` keeps them. Facesets that an earlier
 * merge added are always kept, with their numbers: a person to whom the refine manifest gives a number in use gets another
 * one. Foreign files stay.
 *
 * Names follow the person, even when refine has renumbered everyone: a faceset is found by the id in its own manifest, and
 * keeps its `NAME.txt` and the folder name that its owner gave it, directly below `out` or in `_thin/`. The bundles of a
 * named person have that name: `Anna_all.fsz`. If only the name has changed since the last export, files are renamed and no
 * crop is made again. `NAME.txt` may be in any encoding, and the owner's text is never rewritten. If a faceset was replaced
 * by a symbolic link, nothing is written or removed through it.
 *
 * The `label` of a faceset in the refine manifest becomes its `NAME.txt` (until the owner writes another name), the name of
 * its bundles, and a file `<label>.txt`. A faceset with `era_of` is an era: it gets an `<id>.txt` with its `years`. Eras
 * with fewer than `minEraFaces` faces go to `_thin/` with a `THIN.txt`. Eras are listed apart from the facesets.
 *
 * @throws OutputFolderError when the folder holds something else, a faceset was replaced by a symbolic link, or a merge
 *   would reuse a number.
 * @throws ManifestMismatchError when the refine manifest does not belong to the cache.
 * @throws ForeignEmbeddingsError when a format needs embeddings of another model than the cache's.
 * @throws {InvalidArgumentError} for an impossible option.
 */
export async function exportSwap(input: ExportSwapInput): Promise<ExportSwapResult> {
  const claimed = await claimExport(input);
  const planned = await planExport(input, claimed);
  const built = await buildExport(input, claimed, planned).catch(async (error) => {
    // Finished facesets stay: the list of what is in progress tells the next run that they are ours.
    if (input.signal?.aborted && (await holdsNothing(claimed.folder)))
      await releaseOutputFolder(claimed.folder);
    throw error;
  });
  return publishExport(input, claimed, planned, built);
}
