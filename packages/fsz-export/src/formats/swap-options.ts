import { type OptionValues, recordedOptions } from '@face-sets/manifests';
import { InvalidArgumentError } from '@face-sets/quality';
import { DEFAULT_CROP_OPTIONS } from '../crops/single-face.js';
import { formatNames, type SwapFormat } from './registry.js';

/** How the faces of the small bundles are chosen: `best` takes the highest scores; for `diverse` see `selectDiverse`. */
export type SelectMode = 'best' | 'diverse';

/** The ways to choose, for option parsers. */
export const SELECT_MODES: readonly SelectMode[] = ['best', 'diverse'];

/** Options of `exportSwap`. */
export interface ExportSwapOptions {
  /** Sizes of the small bundles; default 30. The other formats take the faces of the largest. */
  topN?: number | readonly number[];
  /** How the faces of the small bundles are chosen; default `diverse`. */
  select?: SelectMode;
  /** What is written beside the crops; default `fsz` alone. */
  formats?: readonly SwapFormat[];
  /**
   * Drop near-duplicate faces closer than this (cosine distance); default 0.15; 0 keeps all.
   */
  duplicateThreshold?: number;
  /** The word for the person in captions of the `lora` format; default `ohwx`. */
  triggerWord?: string;
  /** A face farther than this from its faceset's centroid (cosine distance) is rejected; default 0.45. */
  outlierThreshold?: number;
  /** Padding on each side of the bbox as a share of its longer side; default 0.5. */
  padRatio?: number;
  /** Side of a crop in pixels; default 512. */
  outSize?: number;
  /** A face whose bbox has a shorter side than this (pixels) is rejected; default 100. */
  minFaceShort?: number;
  /**
   * A faceset left with fewer faces goes to `_thin/`; default 3: a flaw in one of two faces would dominate their mean
   * embedding.
   */
  minFaces?: number;
  /** An era left with fewer faces goes to `_thin/`, with a `THIN.txt`; default 20. */
  minEraFaces?: number;
  /** Detector sizes at which a crop must show exactly one face; default 640, which is roop's own, and 320. */
  verifySizes?: readonly number[];
  /** A face that has moved farther than this (cosine distance) in its crop is rejected; default 0.35. */
  maxCropDistance?: number;
  /** Photos worked on at the same time; default 2. Each holds one decoded photo in memory. */
  concurrency?: number;
}

/** The options with their defaults; `topN` as an ascending list. */
export interface ResolvedSwapOptions extends Required<ExportSwapOptions> {
  topN: number[];
  verifySizes: number[];
  formats: SwapFormat[];
}

/**
 * Fills in the defaults and checks the values.
 *
 * @throws {InvalidArgumentError} that names the option, what was given and what is expected.
 */
export function resolveSwapOptions(options: ExportSwapOptions = {}): ResolvedSwapOptions {
  const topN = [options.topN ?? 30].flat();
  const resolved: ResolvedSwapOptions = {
    topN: [...new Set(topN)].sort((a, b) => a - b),
    select: options.select ?? 'diverse',
    formats: formatNames().filter((format) => (options.formats ?? ['fsz']).includes(format)),
    duplicateThreshold: options.duplicateThreshold ?? 0.15,
    triggerWord: options.triggerWord ?? 'ohwx',
    outlierThreshold: options.outlierThreshold ?? 0.45,
    padRatio: options.padRatio ?? DEFAULT_CROP_OPTIONS.padRatio,
    outSize: options.outSize ?? DEFAULT_CROP_OPTIONS.size,
    minFaceShort: options.minFaceShort ?? 100,
    minFaces: options.minFaces ?? 3,
    minEraFaces: options.minEraFaces ?? 20,
    verifySizes: [...(options.verifySizes ?? DEFAULT_CROP_OPTIONS.verifySizes)],
    maxCropDistance: options.maxCropDistance ?? DEFAULT_CROP_OPTIONS.maxDistance,
    concurrency: options.concurrency ?? 2,
  };
  for (const n of resolved.topN) check('topN', n, Number.isInteger(n) && n >= 1, 'whole numbers from 1');
  for (const size of resolved.verifySizes) {
    check('verifySizes', size, Number.isInteger(size) && size >= 32, 'whole numbers from 32');
  }
  check('verifySizes', 'none', resolved.verifySizes.length > 0, 'at least one size');
  check('select', resolved.select, SELECT_MODES.includes(resolved.select), SELECT_MODES.join(' or '));
  const known = formatNames();
  for (const format of options.formats ?? []) {
    check('formats', format, known.includes(format), known.join(', '));
  }
  check('formats', 'none', resolved.formats.length > 0, `at least one of ${known.join(', ')}`);
  const { duplicateThreshold, triggerWord } = resolved;
  check(
    'duplicateThreshold',
    duplicateThreshold,
    duplicateThreshold >= 0 && duplicateThreshold <= 2,
    '0 to 2',
  );
  const word = triggerWord.trim() === triggerWord && /^[^\p{Cc}]+$/u.test(triggerWord);
  check('triggerWord', JSON.stringify(triggerWord), word, 'text without line breaks');
  check('topN', 'none', resolved.topN.length > 0, 'at least one size');
  const { outlierThreshold, padRatio, outSize, minFaceShort, minFaces, minEraFaces } = resolved;
  const { maxCropDistance, concurrency } = resolved;
  check('outlierThreshold', outlierThreshold, outlierThreshold >= 0 && outlierThreshold <= 2, '0 to 2');
  check('padRatio', padRatio, padRatio >= 0 && padRatio <= 10, '0 to 10');
  check('outSize', outSize, Number.isInteger(outSize) && outSize >= 16 && outSize <= 8192, '16 to 8192');
  check('minFaceShort', minFaceShort, minFaceShort >= 0, 'a number from 0');
  check('minFaces', minFaces, Number.isInteger(minFaces) && minFaces >= 1, 'a whole number from 1');
  check(
    'minEraFaces',
    minEraFaces,
    Number.isInteger(minEraFaces) && minEraFaces >= 1,
    'a whole number from 1',
  );
  check('maxCropDistance', maxCropDistance, maxCropDistance >= 0 && maxCropDistance <= 2, '0 to 2');
  check(
    'concurrency',
    concurrency,
    Number.isInteger(concurrency) && concurrency >= 1,
    'a whole number from 1',
  );
  return resolved;
}

/**
 * The options that an output was made with, as its manifest says them, so that a faceset of it can be made again in the
 * same way, and what is added to it looks the same. Unknown formats and ways to choose, from a manifest of another version,
 * are left out.
 */
export function swapOptionsOf(values: OptionValues): ExportSwapOptions {
  const {
    select,
    formats = [],
    ...options
  } = recordedOptions<ExportSwapOptions>(values, resolveSwapOptions());
  const known = formatNames().filter((format) => formats.includes(format));
  return {
    ...options,
    ...(select !== undefined && SELECT_MODES.includes(select) && { select }),
    ...(known.length > 0 && { formats: known }),
  };
}

function check(option: string, found: unknown, good: boolean, expected: string): void {
  if (!good) throw new InvalidArgumentError(`option ${option}: found ${found}, expected ${expected}`);
}
