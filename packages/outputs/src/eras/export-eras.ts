import {
  cosineDistance,
  DEFAULT_ERA_OPTIONS,
  type EraOutcome,
  type EraYears,
  rowOf,
  type SplitErasOptions,
} from '@face-sets/cluster';
import { type ExportSwapOptions, resolveSwapOptions, swapOptionsOf } from '@face-sets/fsz-export';
import {
  decodeVector,
  type ErasManifest,
  type FacesetEntry,
  namedOptions,
  type OptionValues,
  type RefineManifest,
  type Rejection,
  recordedOptions,
  type SwapManifest,
} from '@face-sets/manifests';
import { DEFAULT_GATES, type GateFailure, type QualityGates } from '@face-sets/quality';
import { exportSwap } from '../export/export-swap.js';
import type { ExportSwapInput, ExportSwapResult } from '../export/export-swap-input.js';
import { readCollection } from '../folders/collection.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';
import { recordChange } from '../undo/change-journal.js';
import type { EraFacesInput, FoundEraFaces } from './era-faces.js';
import { eraReason } from './era-reasons.js';
import { erasPaths, writeEras } from './eras-folder.js';

/** What `splitFacesetEras` and `extendFacesetEras` work on. */
export interface FacesetErasInput
  extends EraFacesInput,
    Pick<ExportSwapInput, 'cacheFile' | 'finder' | 'onProgress' | 'signal'> {
  /** Those that are not given are those that the output was exported with, but for `minEraFaces`. */
  options?: ExportSwapInput['options'];
  /** How the faces are split; see `splitEras` of `@face-sets/cluster`. */
  split?: SplitErasOptions;
}

/** What became of a person's eras. */
export interface FacesetErasResult {
  /** How the person is split, as it is in `_eras/<faceset>/eras.json`. */
  eras: ErasManifest;
  /** The faces of each era, and why others are in none, as it is in `_eras/<faceset>/refine_manifest.json`. */
  refine: RefineManifest;
  /** Where these are. */
  paths: { eras: string; refine: string };
  /** Null where there was nothing to export. */
  exported: ExportSwapResult | null;
  /** The eras as they are in the output's manifest now; those of which no face could be exported are not in it. */
  placed: FacesetEntry[];
}

/** The numbers of a split, as manifests say them. */
export function eraOptionValues({
  split,
  gates,
  options,
}: Pick<FacesetErasInput, 'split' | 'gates' | 'options'>): OptionValues {
  const { similarity: _, ...numbers } = { ...DEFAULT_ERA_OPTIONS, ...split };
  const { minEraFaces } = resolveSwapOptions(options);
  return namedOptions({ ...numbers, ...DEFAULT_GATES, ...gates, minEraFaces });
}

/** Why the faces that were near enough, and those of the curated faceset, are in no era. */
export function rejectedFaces(
  seed: readonly number[],
  outcomes: readonly EraOutcome<GateFailure>[],
): { row: number; reason: Rejection }[] {
  const curated = new Set(seed);
  return outcomes.flatMap((outcome, row) => {
    if (outcome.status === 'era') return [];
    // Whoever is farther away is someone else.
    const other = outcome.reason === 'not-candidate' || outcome.reason === 'not-recovered';
    return other && !curated.has(row) ? [] : [{ row, reason: eraReason(outcome) }];
  });
}

/** First and last year. */
export function spanOf(years: EraYears | null): [number, number] | null {
  return years && [years.first, years.last];
}

/** The refine manifest of a person's eras. */
export function composeEras(
  input: FacesetErasInput,
  { cache, matrix, sources, faceset }: FoundEraFaces,
  eras: readonly (Pick<ErasManifest['eras'][number], 'id' | 'years' | 'centroid'> & {
    rows: readonly number[];
  })[],
  rejected: readonly { row: number; reason: Rejection }[],
): RefineManifest {
  const { label } = faceset.manifest;
  return composeRefineManifest({
    cache,
    cacheFile: input.cacheFile,
    options: { ...eraOptionValues(input), sources },
    facesets: eras.map(({ id, years, centroid, rows }) => {
      const target = decodeVector(centroid);
      return {
        id,
        ...(label === undefined ? {} : { label }),
        era_of: faceset.id,
        years,
        faces: rows.map((row) => ({ row, distance: cosineDistance(rowOf(matrix, row), target) })),
      };
    }),
    rejected,
  }).manifest;
}

/**
 * Exports eras beside what is in the output, and writes how the person is split, as one change that can be taken back.
 *
 * @param operation What to call the change.
 * @param refine All eras.
 * @param changed Ids of those that are to be exported; the others stay as they are.
 */
export async function exportEras(
  operation: 'split' | 'extend',
  input: FacesetErasInput,
  { yearOfPhoto }: FoundEraFaces,
  { eras, refine }: Pick<FacesetErasResult, 'eras' | 'refine'>,
  changed: ReadonlySet<string>,
): Promise<FacesetErasResult> {
  const { out, cache, cacheFile, finder, options, onProgress, signal } = input;
  const exported = await recordChange(out, `eras ${operation} ${eras.faceset}`, async () => {
    const { manifest } = await readCollection(out);
    const retire = erasBefore(manifest, eras.faceset);
    for (const { id } of refine.facesets) retire.delete(id);
    const facesets = refine.facesets.filter(({ id }) => changed.has(id));
    const result =
      facesets.length === 0 && retire.size === 0
        ? null
        : await exportSwap({
            cache,
            cacheFile,
            out,
            finder,
            options: { ...optionsBesideEras(manifest.options), ...options },
            onProgress,
            signal,
            refine: { ...refine, facesets },
            // The output as a whole is still that of this manifest.
            refineFile: manifest.refine_manifest,
            years: yearOfPhoto,
            merge: true,
            retire,
          });
    await writeEras(out, eras, refine);
    return result;
  });
  const { manifest } = exported ?? (await readCollection(out));
  const placed = [...manifest.facesets, ...(manifest.thin_eras ?? [])].filter(
    ({ era_of }) => era_of === eras.faceset,
  );
  return { eras, refine, paths: erasPaths(out, eras.faceset), exported, placed };
}

/** The numbers of a split, from its manifest; see {@link eraOptionValues}. */
export function recordedSplit(values: OptionValues): {
  split: SplitErasOptions;
  gates: Partial<QualityGates>;
  options: Pick<ExportSwapOptions, 'minEraFaces'>;
} {
  return {
    split: recordedOptions<SplitErasOptions>(values, DEFAULT_ERA_OPTIONS),
    gates: recordedOptions(values, DEFAULT_GATES),
    options: recordedOptions(values, { minEraFaces: resolveSwapOptions().minEraFaces }),
  };
}

/** The options that an output was exported with, without what concerns eras alone: their own manifest has it. */
export function optionsBesideEras(values: OptionValues): ExportSwapOptions {
  const { minEraFaces: _, ...options } = swapOptionsOf(values);
  return options;
}

/** Ids of the eras that an output has of a faceset. */
function erasBefore({ facesets, thin_eras = [], empty }: SwapManifest, faceset: string): Set<string> {
  const isEra = ({ id }: { id: string }) => id.startsWith(`${faceset}_era_`);
  return new Set([...facesets, ...thin_eras, ...empty].filter(isEra).map(({ id }) => id));
}
