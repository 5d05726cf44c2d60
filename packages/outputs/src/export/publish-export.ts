import { join } from 'node:path';
import { isRealPath } from '@face-sets/files';
import { compareFacesetIds, MANIFEST_NAMES, type SwapManifest, writeManifest } from '@face-sets/manifests';
import { CANDIDATES_FOLDER, removeFaceset, THIN_FOLDER } from '../folders/faceset-folders.js';
import { keepNames } from '../folders/faceset-names.js';
import { removeEmptyFolder, removeInProgressList } from '../folders/output-folder.js';
import type { BuiltExport } from './build-export.js';
import type { PlacedFaceset } from './call-by-name.js';
import type { ClaimedExport } from './claim-export.js';
import { composeCandidates, composeSwapManifest } from './compose-swap-manifest.js';
import type { ExportSwapInput, ExportSwapResult } from './export-swap-input.js';
import type { PlannedExport } from './plan-export.js';
import { writeEmbeddingFiles } from './write-embedding-files.js';

/** Last stage of an export: removes the folders that are no longer wanted, and writes what covers all facesets. */
export async function publishExport(
  input: ExportSwapInput,
  claimed: ClaimedExport,
  planned: PlannedExport,
  built: BuiltExport,
): Promise<ExportSwapResult> {
  const { out, merge = false } = input;
  const { options, cache, folder, earlier } = claimed;
  const candidates = candidatesPart(input, claimed, planned, built);
  const all = [...built.facesets, ...built.others].sort((a, b) =>
    compareFacesetIds(a.manifest.id, b.manifest.id),
  );
  const removed = await removeUnwanted(input, claimed, all, candidates);
  const embeddingFiles = await writeEmbeddingFiles(out, {
    formats: options.formats,
    facesets: all,
    cache,
    owned: folder.owned,
    // What joins a collection takes nothing from it.
    keep: merge ? earlier?.embedding_files : [],
  });
  const manifest: SwapManifest = {
    ...composeSwapManifest(input, claimed, planned, all),
    ...(embeddingFiles.length > 0 ? { embedding_files: embeddingFiles } : {}),
    ...(candidates ? { candidates } : {}),
  };
  const manifestPath = join(out, MANIFEST_NAMES['export-swap']);
  await writeManifest(manifestPath, 'export-swap', manifest);
  await keepNames(out, planned.unused);
  await removeInProgressList(folder);
  return { manifest, manifestPath, ...doneWith(built), removed };
}

/** The candidates that the manifest lists: those made now, or those of an earlier export that still hold. */
function candidatesPart(
  { candidates, merge, refineFile }: ExportSwapInput,
  { earlier }: ClaimedExport,
  planned: PlannedExport,
  { groups }: BuiltExport,
): SwapManifest['candidates'] {
  if (candidates && planned.candidates) return composeCandidates(candidates, planned.candidates, groups);
  return merge || earlier?.refine_manifest.sha256 === refineFile.sha256 ? earlier?.candidates : undefined;
}

/** Removes the folders of earlier exports that are no longer wanted, and says which. */
async function removeUnwanted(
  { out }: ExportSwapInput,
  { folder, owned }: ClaimedExport,
  facesets: readonly PlacedFaceset[],
  candidates: SwapManifest['candidates'],
): Promise<string[]> {
  const full = facesets.filter(({ manifest }) => manifest.faces.length > 0);
  const wanted = new Set([...full, ...(candidates?.groups ?? [])].map((entry) => entry.folder));
  const removed: string[] = [];
  for (const name of new Set([...folder.owned, ...owned.map((faceset) => faceset.folder)])) {
    if (wanted.has(name) || !(await isRealPath(out, name))) continue;
    if (await removeFaceset(join(out, name))) removed.push(name);
  }
  for (const name of [THIN_FOLDER, CANDIDATES_FOLDER]) await removeEmptyFolder(join(out, name));
  return removed;
}

/** Ids of the facesets that were made, left alone and renamed. */
function doneWith({
  facesets,
  groups,
  others,
}: BuiltExport): Pick<ExportSwapResult, 'written' | 'unchanged' | 'renamed'> {
  const idsOf = (wanted: (faceset: PlacedFaceset) => boolean | undefined) =>
    [...facesets, ...groups, ...others].filter(wanted).map(({ manifest }) => manifest.id);
  return {
    written: idsOf(({ crops }) => crops === 'written'),
    unchanged: idsOf(({ crops }) => crops === 'unchanged'),
    renamed: idsOf(({ renamed }) => renamed),
  };
}
