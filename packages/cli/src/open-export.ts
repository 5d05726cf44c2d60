import { assertSameModels, type FaceCacheData, readFaceCache } from '@face-sets/cache-npz';
import type { FaceAnalyzer } from '@face-sets/face-embed';
import type { ExportSwapOptions, FaceFinder, SelectMode, SwapFormat } from '@face-sets/fsz-export';
import type { Rotation } from '@face-sets/photos';
import { decodeImage, rotateImage } from '@face-sets/photos';
import { requireCache } from './check-arguments.js';
import { enrichFirst } from './enrich-first.js';
import { openModels } from './open-models.js';
import type { ModelOptions } from './options.js';
import { readCache, SCORED_MEMBERS } from './read-cache.js';

/** What `addExportOptions` gives. */
export interface ExportSettings {
  topN: number[];
  select: SelectMode;
  format: SwapFormat[];
  triggerWord: string;
  verifySizes: number[];
  duplicateThreshold: number;
  outlierThreshold: number;
  padRatio: number;
  outSize: number;
  minFaceShort: number;
}

/** What commands that look at crops need. */
export interface OpenFinder {
  cache: FaceCacheData<(typeof SCORED_MEMBERS)[number]>;
  finder: FaceFinder;
  /** Whether the finder guesses gender and age, for `safetensors`. */
  guesses: boolean;
  /** Faces that are ranked without landmarks, since there is no model for them. */
  withoutLandmarks: number;
}

/** What commands that cut faces out need beside the facesets. */
export interface OpenExport extends OpenFinder {
  settings: ExportSwapOptions;
}

/**
 * Opens the models, gives landmarks to faces that have none, and reads the cache for an export.
 *
 * @param photos SHA-256 of the photos whose faces may be exported; default all
 * @throws CacheModelMismatchError when the cache was made with other models.
 */
export async function openExport(
  cachePath: string,
  options: ModelOptions & ExportSettings & { quiet?: boolean },
  photos?: ReadonlySet<string>,
): Promise<OpenExport> {
  return { ...(await openFinder(cachePath, options, photos)), settings: exportSettings(options) };
}

/**
 * Opens the models and reads the cache for an export with the options of an earlier one.
 *
 * @param options.format What the export writes.
 * @param photos As for {@link openExport}.
 * @throws CacheModelMismatchError when the cache was made with other models.
 */
export async function openFinder(
  cachePath: string,
  options: ModelOptions & Pick<ExportSettings, 'format'> & { quiet?: boolean },
  photos?: ReadonlySet<string>,
): Promise<OpenFinder> {
  await requireCache(cachePath);
  const models = await openModels(options, ['detection', 'recognition']);
  const { models: used } = models.cacheSettings;
  const { meta } = await readFaceCache(cachePath, { members: [] });
  assertSameModels(cachePath, meta, { models: used }, false);
  const withoutLandmarks = await enrichFirst(cachePath, models, options, photos);
  const cache = await readCache(cachePath, SCORED_MEMBERS);
  const guesses = options.format.includes('safetensors') && models.analyzer.models.has('genderage');
  const finder = faceFinder(models.analyzer, [
    used!.detection.sha256,
    used!.recognition.sha256,
    ...(guesses ? [(await models.analyzer.models.identity('genderage')).sha256] : []),
  ]);
  return { cache, finder, guesses, withoutLandmarks };
}

function exportSettings(options: ExportSettings): ExportSwapOptions {
  const { format: formats, duplicateThreshold: duplicateDistance } = options;
  const { topN, select, triggerWord, verifySizes, outlierThreshold, padRatio, outSize, minFaceShort } =
    options;
  return {
    topN,
    select,
    formats,
    triggerWord,
    verifySizes,
    duplicateDistance,
    outlierThreshold,
    padRatio,
    outSize,
    minFaceShort,
  };
}

/** The eyes of the export: our decoder and the models, of which the SHA-256 say whether they are the same. */
function faceFinder(analyzer: FaceAnalyzer, sha256: readonly string[]): FaceFinder {
  return {
    identity: sha256.join(' '),
    decode: async (path, rotation = 0) => rotateImage((await decodeImage(path)).image, rotation as Rotation),
    decodePart: (path, part, regionSize) =>
      // A photo of another size is told by its size; what of it is decoded does not matter.
      decodeImage(path, {
        region: (width, height) =>
          part.x + part.width <= width && part.y + part.height <= height
            ? part
            : { x: 0, y: 0, width: 1, height: 1 },
        regionSize,
      }),
    find: (image, size) => analyzer.analyze(image, { sizes: [size] }),
    genderAge: (image, bbox) => analyzer.genderAge(image, bbox),
  };
}

/** The names of options on the command line, where they are not those of the library. */
const OPTION_NAMES: Record<string, string> = { formats: 'format', duplicateDistance: 'duplicateThreshold' };

/**
 * The settings that were on the command line: for others the library has its defaults, or those of before.
 *
 * @param given Whether an option was on the command line.
 */
export function givenOf<T extends object>(settings: T, given: (option: string) => boolean): Partial<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => given(OPTION_NAMES[name] ?? name)),
  ) as Partial<T>;
}
