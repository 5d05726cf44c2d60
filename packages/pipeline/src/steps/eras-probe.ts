import type { ProbeErasOptions } from '@face-sets/cluster';
import { type ErasProbeFile, facesetAt, probeFacesetEras } from '@face-sets/outputs';
import { inStage, type StepOptions } from '../shared/context.js';
import { defined } from '../shared/defined.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { type YearCounts, type YearOptions, yearReader } from '../shared/photo-years.js';
import { readCache } from '../shared/read-cache.js';
import { reportOutput } from './report.js';

/** Options of {@link probeEras}; what is not given is as in `probeEras` of cluster. */
export interface ProbeOptions extends StepOptions, YearOptions, Partial<ProbeErasOptions> {
  /** Show it in `report.html` of the output. @default true */
  report?: boolean;
}

/** What `eras probe` reports. */
export interface ProbeResult extends ErasProbeFile {
  /** Photos opened for their dates. */
  photosRead: number;
  dates: YearCounts;
  /** The page that shows it; missing without `report`. */
  report?: string;
}

/**
 * Checks whether a faceset can be split by age.
 *
 * @param faceset folder of a faceset, in an output of `exportSwap`
 */
export async function probeEras(
  cachePath: string,
  faceset: string,
  options: ProbeOptions = {},
): Promise<ProbeResult> {
  const { out, id } = await facesetAt(faceset);
  const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
  warnOfForeignThresholds(cache.meta.models, options, ['thresholds', 'subThreshold']);
  const { read, counts } = yearReader(cachePath, options);
  const { thresholds, subThreshold, minSize, minExplained, maxPValue, minCovered } = options;
  const { permutations, seed, binWidth, histogramFaces } = options;
  const { probe } = await inStage(options, 'Probing', 'faces', async () => ({
    result: await probeFacesetEras({
      cache,
      out,
      facesetId: id,
      readYears: read,
      signal: options.signal,
      probe: defined({
        thresholds,
        subThreshold,
        minSize,
        minExplained,
        maxPValue,
        minCovered,
        permutations,
        seed,
        binWidth,
        histogramFaces,
      }),
    }),
  }));
  const report = options.report !== false ? (await reportOutput(out, options)).path : undefined;
  return { ...probe, photosRead: counts.photosRead, dates: counts, ...(report ? { report } : {}) };
}
