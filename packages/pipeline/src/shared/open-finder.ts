import { assertSameModels, type FaceCacheData, readFaceCache } from '@face-sets/cache-npz';
import type { FaceAnalyzer } from '@face-sets/face-embed';
import {
  type ExportSwapOptions,
  type FaceFinder,
  formatsOf,
  type SelectMode,
  type SwapFormat,
} from '@face-sets/fsz-export';
import { decodeImage, type Rotation, rotateImage } from '@face-sets/photos';
import { requireCache } from './check-arguments.js';
import type { StepOptions } from './context.js';
import { defined } from './defined.js';
import { enrichFirst } from './enrich-first.js';
import { openModels } from './open-models.js';
import type { ModelOptions } from './options.js';
import { readCache, SCORED_MEMBERS } from './read-cache.js';

/** Which faces are exported and how they are cropped; the defaults are those of `exportSwap` in `@face-sets/outputs`. */
export interface ExportSettings {
  /** Faces in the small bundle; several sizes give several bundles. @default [30] */
  topN?: number[];
  /** Faces of the small bundles: best scores, or diverse in pose, light and year with a steady mean. @default 'diverse' */
  select?: SelectMode;
  /** What to write. @default ['fsz'] */
  formats?: SwapFormat[];
  /** The word for the person in captions of the lora format. @default 'ohwx' */
  triggerWord?: string;
  /** Detector sizes at which a crop must show exactly one face. @default [640, 320] */
  verifySizes?: number[];
  /** Drop near-duplicate faces closer than this cosine distance; 0 keeps all. @default 0.15 */
  duplicateThreshold?: number;
  /** Drop faces farther than this from the centroid. @default 0.45 */
  outlierThreshold?: number;
  /** Padding on each side, as a share of the longer side of the box. @default 0.5 */
  padRatio?: number;
  /** Width and height of a crop in pixels. @default 512 */
  outSize?: number;
  /** Minimum shorter side of the face box in pixels. @default 100 */
  minFaceShort?: number;
}

/** What commands that look at crops need. */
export interface OpenFinder {
  cache: FaceCacheData<(typeof SCORED_MEMBERS)[number]>;
  finder: FaceFinder;
  /** Whether a chosen format needs gender and age and the models can guess them. */
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
  options: ModelOptions & ExportSettings & StepOptions,
  photos?: ReadonlySet<string>,
): Promise<OpenExport> {
  return { ...(await openFinder(cachePath, options, photos)), settings: exportSettings(options) };
}

/**
 * Opens the models and reads the cache for an export with the options of an earlier one.
 *
 * @param options.formats What the export writes.
 * @param photos As for {@link openExport}.
 * @throws CacheModelMismatchError when the cache was made with other models.
 */
export async function openFinder(
  cachePath: string,
  options: ModelOptions & { formats?: SwapFormat[] } & StepOptions,
  photos?: ReadonlySet<string>,
): Promise<OpenFinder> {
  await requireCache(cachePath);
  const models = await openModels(options, ['detection', 'recognition']);
  const { models: used } = models.cacheSettings;
  const { meta } = await readFaceCache(cachePath, { members: [] });
  assertSameModels(cachePath, meta, { models: used }, false);
  const withoutLandmarks = await enrichFirst(cachePath, models, options, photos);
  const cache = await readCache(cachePath, SCORED_MEMBERS);
  const guesses = statesGenderAge(options.formats) && models.analyzer.models.has('genderage');
  const finder = faceFinder(models.analyzer, [
    used!.detection.sha256,
    used!.recognition.sha256,
    ...(guesses ? [(await models.analyzer.models.identity('genderage')).sha256] : []),
  ]);
  return { cache, finder, guesses, withoutLandmarks };
}

/** Whether one of the formats needs gender and age. */
export function statesGenderAge(formats: readonly SwapFormat[] = []): boolean {
  return formatsOf(formats).some(({ needs }) => needs?.genderAge);
}

function exportSettings(options: ExportSettings): ExportSwapOptions {
  const { topN, select, formats, triggerWord, verifySizes, duplicateThreshold } = options;
  const { outlierThreshold, padRatio, outSize, minFaceShort } = options;
  return defined({
    topN,
    select,
    formats,
    triggerWord,
    verifySizes,
    duplicateThreshold,
    outlierThreshold,
    padRatio,
    outSize,
    minFaceShort,
  });
}

/** The decoder and the models that an export uses; the models are identified by their SHA-256. */
function faceFinder(analyzer: FaceAnalyzer, sha256: readonly string[]): FaceFinder {
  return {
    identity: sha256.join(' '),
    decode: async (path, rotation = 0) => rotateImage((await decodeImage(path)).image, rotation as Rotation),
    decodePart: (path, part, regionSize) =>
      // The caller compares the size of the photo; where it differs, the decoded part does not matter.
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
