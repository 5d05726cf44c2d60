import type { CandidateOptions, CandidatePlans } from '@face-sets/fsz-export';
import {
  candidatesSchema,
  compareFacesetIds,
  countByCode,
  type FacesetEntry,
  MANIFEST_SCHEMA_VERSION,
  type SwapCandidates,
  type SwapManifest,
} from '@face-sets/manifests';
import { swapOptionValues } from './build-faceset.js';
import type { PlacedFaceset } from './call-by-name.js';
import type { ClaimedExport } from './claim-export.js';
import type { ExportSwapInput } from './export-swap-input.js';
import { highestFacesetNumber } from './match-facesets.js';
import { stillMerged } from './merged-facesets.js';
import type { PlannedExport } from './plan-export.js';

/**
 * The manifest over all facesets of an output, without candidates and embedding files.
 *
 * @param facesets All that are there now, in order of their ids.
 */
export function composeSwapManifest(
  input: ExportSwapInput,
  { options, earlier, entries: before, located }: ClaimedExport,
  planned: PlannedExport,
  facesets: readonly PlacedFaceset[],
): SwapManifest {
  const full = facesets.filter(({ manifest }) => manifest.faces.length > 0);
  const empty = emptyFacesets(input, earlier, planned, facesets);
  const rejected = [
    ...full.flatMap(({ manifest }) => manifest.rejected),
    ...empty.flatMap((faceset) => faceset.rejected),
  ];
  const entries = full.map((faceset) => entryOf(faceset, isAdded(faceset, input, before, planned)));
  const thinEras = entries.filter(({ era_of, status }) => era_of !== undefined && status === 'thin');
  const listed = entries.filter((entry) => !thinEras.includes(entry));
  const ids = new Set(facesets.map(({ manifest }) => manifest.id));
  const merged = [...stillMerged(earlier, located), ...(input.merged ?? [])].filter(({ id }) => !ids.has(id));
  const manifest: SwapManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'export-swap',
    cache: { ...input.cacheFile, faces: input.cache.faceCount, images: input.cache.images.length },
    refine_manifest: input.refineFile,
    options: swapOptionValues(options),
    summary: {
      facesets: listed.length,
      thin: listed.filter(({ status }) => status === 'thin').length,
      ...(thinEras.length > 0 ? { thin_eras: thinEras.length } : {}),
      empty: empty.length,
      faces: entries.reduce((sum, { faces }) => sum + faces, 0),
      rejected: rejected.length,
      rejected_by: countByCode(rejected.map((face) => face.reason)),
    },
    facesets: listed,
    ...(thinEras.length > 0 ? { thin_eras: thinEras } : {}),
    empty,
    ...(merged.length > 0 ? { merged } : {}),
  };
  return {
    ...manifest,
    highest_number: Math.max(highestFacesetNumber(earlier), highestFacesetNumber(manifest)),
  };
}

/** Facesets without a face; in a merge those of the earlier export too. */
function emptyFacesets(
  { merge, retire }: ExportSwapInput,
  earlier: SwapManifest | undefined,
  { facesets: plans }: PlannedExport,
  facesets: readonly PlacedFaceset[],
): SwapManifest['empty'] {
  const planned = new Set(plans.map(({ plan }) => plan.id));
  const before = merge ? (earlier?.empty ?? []) : [];
  return [
    ...facesets
      .filter(({ manifest }) => manifest.faces.length === 0)
      .map(({ manifest: { id, rejected } }) => ({ id, rejected })),
    ...before.filter(({ id }) => !planned.has(id) && !retire?.has(id)),
  ].sort((a, b) => compareFacesetIds(a.id, b.id));
}

/** Whether a faceset has joined the output by a merge. */
function isAdded(
  { manifest: { id } }: PlacedFaceset,
  { merge }: ExportSwapInput,
  entries: ReadonlyMap<string, FacesetEntry>,
  { refined }: PlannedExport,
): boolean {
  const before = entries.get(id);
  if (!refined.has(id)) return before?.added ?? false;
  return (merge && (before === undefined || before.added)) ?? false;
}

function entryOf({ folder, manifest }: PlacedFaceset, added: boolean): FacesetEntry {
  const { id, label, era_of, years, name, faces, rejected, inputs_sha256, bundles } = manifest;
  return {
    id,
    folder,
    label,
    era_of,
    years,
    name,
    status: manifest.status === 'thin' ? 'thin' : 'ok',
    faces: faces.length,
    rejected: rejected.length,
    inputs_sha256,
    bundles,
    ...(added ? { added: true } : {}),
  };
}

/** What the manifest says of the candidates that an export made. */
export function composeCandidates(
  { rawFile }: CandidateOptions,
  { plans, rejected, options }: CandidatePlans,
  groups: readonly PlacedFaceset[],
): SwapCandidates {
  const candidates: SwapCandidates = {
    raw_manifest: rawFile,
    options,
    groups: groups.flatMap(({ folder, manifest }, i) => {
      const { faceset, plan } = plans[i];
      if (manifest.faces.length === 0) return [];
      const counts = { faces: manifest.faces.length, rejected: manifest.rejected.length };
      const inputs = { inputs_sha256: manifest.inputs_sha256 };
      const id = plan.id as SwapCandidates['groups'][number]['id'];
      return [{ id, folder, ...(faceset ? { faceset } : {}), ...counts, ...inputs }];
    }),
    rejected: [
      ...rejected,
      ...groups.flatMap(({ manifest }) => (manifest.faces.length === 0 ? manifest.rejected : [])),
    ].sort((a, b) => a.row - b.row),
  };
  // In the order of keys that a manifest has when it is read, so that one carried over is the same text.
  return candidatesSchema.parse(candidates);
}
