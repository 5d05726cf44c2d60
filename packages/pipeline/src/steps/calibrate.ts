import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { embeddingMatrix } from '@face-sets/cache-npz';
import { calibrateLibrary, type LibraryCalibration, type LibraryFaces } from '@face-sets/cluster';
import { duplicatePairs } from '@face-sets/dedup';
import { nullIfMissing, ownJson, requireOwnFile, writeOwnFile } from '@face-sets/files';
import { duplicatesPath, readManifest } from '@face-sets/manifests';
import { CALIBRATION_PLOT, calibrationPlot } from '@face-sets/review';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { withDefaults } from '../shared/defined.js';
import { InvalidOptionsError, option } from '../shared/errors.js';
import { type CacheFile, cacheFile, readCache } from '../shared/read-cache.js';

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends StepOptions {
  /** Share of pairs of different people allowed below the threshold. @default 0.001 */
  falseMatchRate?: number;
  /** Photos at most this many seconds apart count as one burst. @default 3 */
  burstSeconds?: number;
  /** Write the result with the whole curve as JSON. */
  out?: string;
  /** Draw the distances and the errors: an SVG picture. */
  plot?: string;
}

/** Defaults of `calibrate`. */
export const CALIBRATE_DEFAULTS = { falseMatchRate: 0.001, burstSeconds: 3 };

/** What `calibrate` reports. */
export interface CalibrateResult extends Omit<LibraryCalibration, 'selfPairs'> {
  cache: CacheFile;
  /** The recognition model; the threshold is valid only for it. */
  model: string;
  faces: number;
  /** The list of near-duplicates that gave pairs of one person, if there is one of this cache. */
  duplicates: string | null;
  /** A list of near-duplicates that was not used, since the cache has changed after it was made. */
  outdatedDuplicates: string | null;
  /** Pairs in one photo that are left out, since they look like one person, nearest first. */
  selfPairs: { source: string; distance: number }[];
}

const CALIBRATION_JSON = ownJson('calibration');

/** Suggests a clustering threshold for a library and its model, without labels. */
export async function calibrate(cachePath: string, options: CalibrateOptions = {}): Promise<CalibrateResult> {
  const { falseMatchRate, burstSeconds } = withDefaults(options, CALIBRATE_DEFAULTS);
  // Before the work: a result that cannot be written is of no use.
  if (options.out && options.plot && resolve(options.out) === resolve(options.plot)) {
    throw new InvalidOptionsError(`${option('out')} and ${option('plot')} name the same file: choose two`);
  }
  if (options.out) await requireOwnFile(options.out, CALIBRATION_JSON);
  if (options.plot) await requireOwnFile(options.plot, CALIBRATION_PLOT);
  const file = await cacheFile(cachePath);
  return inStage(options, 'Calibrating', 'faces', async () => {
    const cache = await readCache(cachePath, ['embedding', 'bbox']);
    const duplicates = await duplicatesOf(file);
    const { images, imageIndex } = cache;
    const library: LibraryFaces = {
      imageIndex: imageIndex.map((image) => (images[image]!.superseded ? -1 : image)),
      places: cache.bbox.map((value, i) => {
        const { width, height } = images[imageIndex[i >> 2]!]!;
        return value / (i % 2 === 0 ? width : height);
      }),
      takenAt: images.map(({ mtime }) => mtime),
      shape: images.map(({ width, height }) => width / height),
      same: duplicates.pairs,
    };
    const matrix = embeddingMatrix(cache);
    const { selfPairs, ...calibration } = calibrateLibrary(matrix, library, { falseMatchRate, burstSeconds });
    const result: CalibrateResult = {
      cache: file,
      model: cache.meta.models.recognition.name,
      faces: cache.faceCount,
      duplicates: duplicates.used,
      outdatedDuplicates: duplicates.outdated,
      ...calibration,
      selfPairs: selfPairs
        .map(({ a, distance }) => ({ source: images[imageIndex[a]!]!.path, distance }))
        .sort((x, y) => x.distance - y.distance),
    };
    options.signal?.throwIfAborted();
    if (options.out) {
      const text = JSON.stringify({ schema_version: 1, kind: 'calibration', ...result }, null, 2);
      await writeOwnFile(options.out, `${text}\n`, CALIBRATION_JSON);
    }
    if (options.plot) await writeOwnFile(options.plot, calibrationPlot(calibration), CALIBRATION_PLOT);
    return { result, summary: `Compared ${count(cache.faceCount, 'face')}` };
  });
}

/** Pairs of faces in the near-duplicates that `dedup` has listed, if it was for this very cache. */
async function duplicatesOf(
  file: CacheFile,
): Promise<{ used: string | null; outdated: string | null; pairs?: [number, number][] }> {
  const path = duplicatesPath(file.path);
  if (!(await nullIfMissing(path, lstat(path)))) return { used: null, outdated: null };
  const manifest = await readManifest(path, 'duplicates');
  if (manifest.cache.sha256 !== file.sha256) return { used: null, outdated: path };
  return { used: path, outdated: null, pairs: duplicatePairs(manifest) };
}
