import { DEFAULT_ERA_OPTIONS, type SplitErasOptions } from '@face-sets/cluster';
import type { ErasManifest } from '@face-sets/manifests';
import {
  extendFacesetEras,
  type FacesetErasInput,
  type FacesetErasResult,
  facesetAt,
  recordedErasSplit,
  splitFacesetEras,
} from '@face-sets/outputs';
import { inStage } from '../shared/context.js';
import { count } from '../shared/count.js';
import { defined } from '../shared/defined.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { openExport } from '../shared/open-finder.js';
import type { GateOptions } from '../shared/options.js';
import { type YearCounts, yearReader } from '../shared/photo-years.js';

import { cacheFile } from '../shared/read-cache.js';
import type { ExportOptions } from './export-swap.js';

/** Options of `eras split` and `eras extend`. */
export interface ErasOptions extends ExportOptions, GateOptions, Partial<SplitErasOptions> {
  /** Look for the person in these folders. Default: the deepest with all photos of the faceset. */
  source?: string[];
  /** Eras with fewer faces go to `_thin/`. @default 20 */
  minEraFaces?: number;
}

/** What `eras split` and `eras extend` report. */
export interface ErasReport {
  faceset: string;
  out: string;
  sources: string[];
  summary: ErasManifest['summary'];
  eras: (Pick<ErasManifest['eras'][number], 'id' | 'anchor' | 'years' | 'year' | 'faces'> & {
    /** Where it is, below `out`; null where no face of it could be exported. */
    folder: string | null;
    /** Faces that were exported. */
    exported: number;
    thin: boolean;
  })[];
  fragments: ErasManifest['fragments'];
  /** Photos opened for their dates. */
  photosRead: number;
  dates: YearCounts;
  written: string[];
  unchanged: string[];
  removed: string[];
  /** How the person is split, and every face with its era or its reason. */
  eras_manifest: string;
  refine_manifest: string;
}

/** Thresholds of a split that were measured for a recognition model. */
const ERA_THRESHOLDS = ['recoverThreshold', 'tightenThreshold', 'subThreshold', 'joinThreshold'] as const;

/**
 * Opens what a step on eras needs, calls it, and reports what it did.
 *
 * @param before how the person was split before, where that holds still
 */
async function withEras<R extends FacesetErasResult>(
  cachePath: string,
  faceset: string,
  options: ErasOptions,
  before: (out: string, id: string) => Promise<SplitErasOptions>,
  work: (input: FacesetErasInput) => Promise<R>,
): Promise<{ report: ErasReport; result: R }> {
  const { out, id } = await facesetAt(faceset);
  const { cache, finder, settings } = await openExport(cachePath, options);
  const kept = Object.entries(await before(out, id)).filter(
    ([name, value]) => value !== DEFAULT_ERA_OPTIONS[name as keyof typeof DEFAULT_ERA_OPTIONS],
  );
  const given: ErasOptions = { ...Object.fromEntries(kept), ...defined(options) };
  warnOfForeignThresholds(cache.meta.models, given, ERA_THRESHOLDS);
  const { read, counts } = yearReader(cachePath, options);
  const { recoverThreshold, tightenThreshold, subThreshold, joinThreshold, maxYearGap } = options;
  const { minAnchor, minFragment, minShort, minBlur, minDetScore } = options;
  return inStage(options, 'Exporting', 'faces', async (stage) => {
    const result = await work({
      cache,
      cacheFile: await cacheFile(cachePath),
      out,
      facesetId: id,
      signal: options.signal,
      finder,
      sources: options.source,
      readYears: options.dates !== false ? read : async () => new Map(),
      gates: defined({ minShort, minBlur, minDetScore }),
      split: defined({
        recoverThreshold,
        tightenThreshold,
        subThreshold,
        joinThreshold,
        maxYearGap,
        minAnchor,
        minFragment,
      }),
      options: defined({ ...settings, minEraFaces: options.minEraFaces }),
      onProgress: stage.onFaces,
    });
    return {
      result: { report: reportOf(out, result, counts), result },
      summary: `Sorted ${count(result.eras.summary.faces, 'face')} into ${count(result.eras.eras.length, 'era')}`,
    };
  });
}

function reportOf(
  out: string,
  { eras, paths, exported, placed }: FacesetErasResult,
  dates: YearCounts,
): ErasReport {
  const entries = new Map(placed.map((entry) => [entry.id, entry]));
  return {
    faceset: eras.faceset,
    out,
    sources: eras.sources,
    summary: eras.summary,
    eras: eras.eras.map(({ id, anchor, years, year, faces }) => {
      const entry = entries.get(id);
      const folder = entry?.folder ?? null;
      return {
        id,
        anchor,
        years,
        year,
        faces,
        folder,
        exported: entry?.faces ?? 0,
        thin: entry?.status === 'thin',
      };
    }),
    fragments: eras.fragments,
    photosRead: dates.photosRead,
    dates,
    written: exported?.written ?? [],
    unchanged: exported?.unchanged ?? [],
    removed: exported?.removed ?? [],
    eras_manifest: paths.eras,
    refine_manifest: paths.refine,
  };
}

/**
 * Splits a person by age: one faceset per era, next to the original.
 *
 * @param faceset folder of a faceset, in an output of `exportSwap`
 */
export async function splitEras(
  cachePath: string,
  faceset: string,
  options: ErasOptions = {},
): Promise<ErasReport> {
  const { report } = await withEras(cachePath, faceset, options, async () => ({}), splitFacesetEras);
  return report;
}

/**
 * Adds new faces of a person to existing eras without moving others. Options default to those of the split.
 *
 * @param faceset folder of a faceset, in an output of `exportSwap`
 */
export async function extendEras(
  cachePath: string,
  faceset: string,
  options: ErasOptions = {},
): Promise<ErasReport & { added: number }> {
  const { report, result } = await withEras(
    cachePath,
    faceset,
    options,
    recordedErasSplit,
    extendFacesetEras,
  );
  return { added: result.added, ...report };
}
