import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { calibrateLibrary, type LibraryCalibration, type LibraryFaces } from '@face-sets/cluster';
import { duplicatePairs } from '@face-sets/dedup';
import { ownJson, requireOwnFile, writeOwnFile } from '@face-sets/files';
import { duplicatesPath, readManifest } from '@face-sets/manifests';
import { CALIBRATION_PLOT, calibrationPlot } from '@face-sets/review';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { UsageError } from '../failure.js';
import { addCommonOptions, type CommonOptions, numberBetween } from '../options.js';
import { type CacheFile, cacheFile, readCache } from '../read-cache.js';
import { capped, count, printResult } from '../result.js';

/** `face-sets calibrate CACHE`. */
export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .description(
      'suggest a clustering threshold for this library and model, without anyone saying who is who',
    )
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option(
      '--false-match-rate <rate>',
      'share of the pairs of different people that may be nearer than the threshold',
      rate,
      0.001,
    )
    .option(
      '--burst-seconds <s>',
      'photos whose files are so close in time are shots of one burst',
      numberBetween(0, 3600),
      3,
    )
    .option('--out <file>', 'write the result with the whole curve as JSON')
    .option('--plot <file>', 'draw the distances and the errors: an SVG picture for a browser');
  return addCommonOptions(command).action(async (cache: string, options: CalibrateOptions) => {
    const result = await calibrate(cache, options);
    printResult(result, calibrateLines(result, options), options);
  });
}

interface CalibrateOptions extends CommonOptions {
  falseMatchRate: number;
  burstSeconds: number;
  out?: string;
  plot?: string;
}

/** What `calibrate` reports. */
interface CalibrateResult extends Omit<LibraryCalibration, 'twice'> {
  cache: CacheFile;
  /** The recognition model: a threshold is good for it alone. */
  model: string;
  faces: number;
  /** The list of near-duplicates that gave pairs of one person, if there is one of this cache. */
  duplicates: string | null;
  /** The list of near-duplicates that is there and was not used, as the cache has changed since it was made. */
  outdatedDuplicates: string | null;
  /** Pairs in one photo that are left out, since they look like one person, nearest first. */
  twice: { source: string; distance: number }[];
}

const CALIBRATION_JSON = ownJson('calibration');

function rate(text: string): number {
  const value = numberBetween(0, 0.5)(text);
  if (value === 0 || value === 0.5) throw new InvalidArgumentError('expected a number between 0 and 0.5.');
  return value;
}

async function calibrate(cachePath: string, options: CalibrateOptions): Promise<CalibrateResult> {
  const { falseMatchRate, burstSeconds } = options;
  // Before the work: a result that cannot be written is of no use.
  if (options.out && options.plot && resolve(options.out) === resolve(options.plot)) {
    throw new UsageError('--out and --plot name the same file: choose two');
  }
  if (options.out) await requireOwnFile(options.out, CALIBRATION_JSON);
  if (options.plot) await requireOwnFile(options.plot, CALIBRATION_PLOT);
  const file = await cacheFile(cachePath);
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
  const matrix = { data: cache.embedding, rows: cache.faceCount, cols: cache.dim };
  const { twice, ...calibration } = calibrateLibrary(matrix, library, { falseMatchRate, burstSeconds });
  const result: CalibrateResult = {
    cache: file,
    model: cache.meta.models.recognition.name,
    faces: cache.faceCount,
    duplicates: duplicates.used,
    outdatedDuplicates: duplicates.outdated,
    ...calibration,
    twice: twice
      .map(({ a, distance }) => ({ source: images[imageIndex[a]!]!.path, distance }))
      .sort((x, y) => x.distance - y.distance),
  };
  if (options.out) {
    const text = JSON.stringify({ schema_version: 1, kind: 'calibration', ...result }, null, 2);
    await writeOwnFile(options.out, `${text}\n`, CALIBRATION_JSON);
  }
  if (options.plot) await writeOwnFile(options.plot, calibrationPlot(calibration), CALIBRATION_PLOT);
  return result;
}

/** Pairs of faces in the near-duplicates that `dedup` has listed, if it was for this very cache. */
async function duplicatesOf(
  file: CacheFile,
): Promise<{ used: string | null; outdated: string | null; pairs?: [number, number][] }> {
  const path = duplicatesPath(file.path);
  if (!(await lstat(path).catch(() => null))) return { used: null, outdated: null };
  const manifest = await readManifest(path, 'duplicates');
  if (manifest.cache.sha256 !== file.sha256) return { used: null, outdated: path };
  return { used: path, outdated: null, pairs: duplicatePairs(manifest) };
}

/** Fewer pairs of one person say nothing of how often they are missed. */
const TELLING_PAIRS = 20;

function calibrateLines(result: CalibrateResult, { out, plot }: CalibrateOptions): string[] {
  const { suggested, pairs, interval, doubts, twice, curve, outdatedDuplicates } = result;
  const percent = (value: number) => `${(100 * value).toFixed(2).padStart(6)} %`;
  const shown = curve.filter(
    (point) => Math.abs(point.threshold * 20 - Math.round(point.threshold * 20)) < 1e-6,
  );
  const near = shown.filter((point) => Math.abs(point.threshold - suggested.threshold) <= 0.26);
  const row = (point: typeof suggested, text: string) =>
    `  ${text.padEnd(9)}  ${percent(point.falseMatch)}  ${percent(point.fittedFalseMatch)}` +
    (pairs.same > 0 ? `  ${percent(point.falseNonMatch)}` : '');
  return [
    `Suggested threshold for ${result.model}: ${suggested.threshold.toFixed(3)}` +
      (interval.every(Number.isFinite)
        ? ` (${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}, 9 times of 10, with other photos of such people)`
        : ''),
    `Expected error: ${percent(suggested.fittedFalseMatch).trim()} of the pairs of different people are nearer (as fitted; ${percent(suggested.falseMatch).trim()} as seen)` +
      (pairs.same >= TELLING_PAIRS
        ? `, ${percent(suggested.falseNonMatch).trim()} or more of the pairs of one person are not`
        : ''),
    ...(doubts.length > 0 ? ['Do not trust it:', ...doubts.map((doubt) => `  ${doubt}`)] : []),
    '',
    `From ${count(pairs.different, 'pair')} of different people (two in one photo) and ${count(pairs.same, 'pair')} of one person`,
    ...(outdatedDuplicates
      ? [`Not used: ${outdatedDuplicates}, as the cache has changed since; run dedup again`]
      : []),
    ...(twice.length > 0
      ? [
          `Left out: ${count(twice.length, 'pair')} that look like one person twice in a photo (a mirror, a collage):`,
          ...capped(
            twice.map(({ source, distance }) => `  ${distance.toFixed(3)}  ${source}`),
            5,
          ),
        ]
      : []),
    ...(result.dismissedRuns > 0
      ? [
          `Passed over: ${count(result.dismissedRuns, 'long run')} of files a moment apart, which were copied, not shot`,
        ]
      : []),
    ...(result.dismissedBursts > 0
      ? [
          `Passed over: ${count(result.dismissedBursts, 'pair')} of files a moment apart: most show different people, so these are no bursts`,
        ]
      : []),
    '',
    `  threshold  different people taken for one${pairs.same > 0 ? '   one person' : ''}`,
    `                seen      fitted${pairs.same > 0 ? '          missed' : ''}`,
    ...near.map((point) => row(point, point.threshold.toFixed(2))),
    row(suggested, `${suggested.threshold.toFixed(3)} ←`),
    ...(out ? ['', `JSON: ${out}`] : []),
    ...(plot ? [...(out ? [] : ['']), `Plot: ${plot}`] : []),
  ];
}
