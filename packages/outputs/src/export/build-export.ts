import { join } from 'node:path';
import { isRealPath } from '@face-sets/files';
import { type LocatedFaceset, readFacesetManifest } from '../folders/faceset-folders.js';
import { type BuildRun, bringFaceset } from './bring-faceset.js';
import { callByName, type PlacedFaceset } from './call-by-name.js';
import type { ClaimedExport } from './claim-export.js';
import { EarlierCrops } from './earlier-crops.js';
import { startProgress } from './export-progress.js';
import type { ExportSwapInput } from './export-swap-input.js';
import { stillMerged } from './merged-facesets.js';
import type { PlannedExport } from './plan-export.js';

/** Facesets that are in their places. */
export interface BuiltExport {
  /** In the order of the plan. */
  facesets: PlacedFaceset[];
  /** Candidates, in the order of the plan. */
  groups: PlacedFaceset[];
  /** Facesets of the earlier export that stay without being planned. */
  others: PlacedFaceset[];
}

/**
 * Third stage of an export: makes each planned faceset that is not there yet and puts it in its place; those that are
 * there are renamed where their person has another name now.
 */
export async function buildExport(
  input: ExportSwapInput,
  claimed: ClaimedExport,
  { facesets, candidates }: PlannedExport,
): Promise<BuiltExport> {
  const { out, retire, merge = false } = input;
  const groups = (candidates?.plans ?? []).map(({ plan }) => plan);
  const report = startProgress([...facesets.map(({ plan }) => plan), ...groups], input.onProgress);
  const crops = new EarlierCrops(claimed.options);
  if (merge) await addKnownCrops(crops, input, claimed);
  const run: BuildRun = { input, claimed, crops, report };

  const built: BuiltExport = { facesets: [], groups: [], others: [] };
  for (const { plan, person } of facesets) built.facesets.push(await bringFaceset(run, plan, person));
  for (const plan of groups) built.groups.push(await bringFaceset(run, plan));
  const planned = new Set(facesets.map(({ plan }) => plan.id));
  for (const faceset of stayingFacesets(claimed, planned, merge)) {
    if (retire?.has(faceset.id)) continue;
    built.others.push(merge ? faceset : await callByName(out, faceset));
  }
  return built;
}

/** Takes in the crops of all facesets of an output, and of those that were joined to others. */
async function addKnownCrops(
  crops: EarlierCrops,
  { out, merged = [] }: ExportSwapInput,
  { earlier, located }: ClaimedExport,
): Promise<void> {
  for (const { folder, manifest } of located.values()) await crops.add(join(out, folder), manifest);
  for (const { folder } of [...stillMerged(earlier, located), ...merged]) {
    if (!(await isRealPath(out, folder))) continue;
    const manifest = await readFacesetManifest(join(out, folder));
    if (manifest) await crops.add(join(out, folder), manifest);
  }
}

/** Facesets of the earlier export that are not planned now, are still there, and stay. */
function stayingFacesets(
  { entries, located }: ClaimedExport,
  planned: ReadonlySet<string>,
  merge: boolean,
): LocatedFaceset[] {
  return [...entries.values()].flatMap(({ id, added }) => {
    const faceset = planned.has(id) || !(merge || added) ? undefined : located.get(id);
    return faceset ?? [];
  });
}
