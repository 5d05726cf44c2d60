import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMissing, makeRealFolder, OutputFolderError, syncFolder } from '@face-sets/files';
import { type ExportCache, swapOptionsOf } from '@face-sets/fsz-export';
import type { SwapManifest } from '@face-sets/manifests';
import { exportSwap } from '../export/export-swap.js';
import type { ExportSwapInput } from '../export/export-swap-input.js';
import { rowsOfManifest } from '../export/merged-facesets.js';
import { type Collection, type CollectionFaceset, yearsOf } from '../folders/collection.js';
import { MERGED_FOLDER } from '../folders/faceset-folders.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';
import type {
  ConsolidateInput,
  ConsolidateProposal,
  ConsolidateResult,
  ProposedFaceset,
} from './consolidate-result.js';

/** Moves merged facesets to `_merged/`, and rebuilds those that they were merged into from all faces. */
export async function applyMerges(
  { out, cacheFile, onProgress, signal }: ConsolidateInput,
  cache: ExportCache,
  finder: ExportSwapInput['finder'],
  collection: Collection,
  proposals: readonly ConsolidateProposal[],
): Promise<Pick<ConsolidateResult, 'merged' | 'exported'>> {
  const byId = new Map(collection.facesets.map((faceset) => [faceset.id, faceset]));
  const merged: NonNullable<SwapManifest['merged']> = [];
  const facesets = [];
  await makeRealFolder(out, MERGED_FOLDER);
  for (const { keep, merge } of proposals) {
    const survivor = requireStill(byId, keep, out);
    const rows = new Set(rowsOfManifest(cache, survivor.manifest));
    for (const one of merge) {
      const { id, folder, manifest } = requireStill(byId, one, out);
      // What was taken out of it stays out.
      const rejected = manifest.rejected.filter(({ dropped }) => dropped === undefined);
      for (const row of rowsOfManifest(cache, { faces: manifest.faces, rejected })) rows.add(row);
      const place = await freeName(join(out, MERGED_FOLDER), basename(folder));
      await rename(join(out, folder), join(out, MERGED_FOLDER, place));
      merged.push({ id, into: survivor.id, folder: `${MERGED_FOLDER}/${place}` });
    }
    const { label } = survivor.manifest;
    facesets.push({
      id: survivor.id,
      ...(label === undefined ? {} : { label }),
      faces: [...rows].map((row) => ({ row, distance: 0 })),
    });
  }
  await syncFolder(join(out, MERGED_FOLDER));
  const { manifest: refine } = composeRefineManifest({
    cache,
    cacheFile,
    options: {},
    facesets,
    rejected: [],
  });
  const exported = await exportSwap({
    cache,
    cacheFile,
    refine,
    // The output as a whole is still that of this manifest.
    refineFile: collection.manifest.refine_manifest,
    out,
    finder,
    options: swapOptionsOf(collection.manifest.options),
    years: yearsOf(collection),
    merge: true,
    merged,
    onProgress,
    signal,
  });
  return { merged, exported };
}

function requireStill(
  facesets: ReadonlyMap<string, CollectionFaceset>,
  { id }: ProposedFaceset,
  out: string,
): CollectionFaceset {
  const faceset = facesets.get(id);
  if (faceset) return faceset;
  throw new OutputFolderError(`${id} is no longer in ${out}; look for merges again`);
}

/** The name, or one with a number where it is taken. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name} (${n})`;
    if (await isMissing(join(folder, free))) return free;
  }
}
