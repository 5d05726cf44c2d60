export type { RgbImage } from '@face-sets/quality';
export type { AffineTransform } from './affine-transform.js';
export { ALIGNED_SIZE, ARCFACE_TEMPLATE, alignFace, alignTransform } from './align-face.js';
export { analyzePhoto, photoEngine, photoLandmarks } from './analyze-photo.js';
export { availableProcessors } from './available-processors.js';
export { cacheSettings } from './cache-settings.js';
export { type CaptureDate, captureDate, firstPossible } from './capture-date.js';
export { CaptureDatesError, CaptureDatesFile, captureDatesPath } from './capture-dates-file.js';
export { type CaptureYears, type CaptureYearsOptions, captureYears } from './capture-years.js';
export { type DecodedImage, type DecodeImageOptions, decodeImage } from './decode-image.js';
export {
  type EmbedLibraryOptions,
  type EmbedProgress,
  type EmbedSummary,
  embedLibrary,
  type PhotoFailure,
} from './embed-library.js';
export { type EnrichCacheOptions, type EnrichSummary, enrichCache } from './enrich-cache.js';
export { estimatePose } from './estimate-pose.js';
export { EXECUTION_PROVIDERS, type ExecutionProvider, ExecutionProviderError } from './execution-provider.js';
export { type AnalyzedFace, FaceAnalyzer } from './face-analyzer.js';
export {
  DEFAULT_DETECTION_SIZES,
  DEFAULT_DETECTION_THRESHOLD,
  DETECTION_NMS,
  type DetectOptions,
} from './face-detector.js';
export type { GenderAge } from './face-gender-age.js';
export {
  type FindModelsOptions,
  findModels,
  type ModelFolder,
  ModelFolderError,
  ModelsNotFoundError,
  packFolders,
  readModelFolder,
} from './find-models.js';
export { photosToTurn } from './find-rotation.js';
export type { FlushOptions } from './flush-policy.js';
export { ImageDecodeError } from './image-decode-error.js';
export { type DateLimits, possibleDate } from './judge-date.js';
export {
  isPhotoName,
  type ListedPhoto,
  type ListPhotosOptions,
  type ListProblem,
  listPhotos,
  PHOTO_EXTENSIONS,
  requireSources,
  SourceError,
} from './list-photos.js';
export { FaceModels, type LoadModelsOptions, loadModels, ModelLoadError } from './load-models.js';
export { type MeasuredPlan, type MeasureWorkersOptions, measureWorkers } from './measure-workers.js';
export { ChangedPhotoError } from './metadata-blocks.js';
export {
  DEFAULT_PACK,
  INSIGHTFACE_LICENCE,
  MODEL_PACKS,
  type ModelPack,
  type PackFile,
} from './model-packs.js';
export { MODEL_ROLES, type ModelRole, modelRole } from './model-router.js';
export { nonMaxSuppression } from './non-max-suppression.js';
export { OnnxFormatError } from './onnx-graph.js';
export { type OnnxRuntime, OnnxRuntimeMissingError, onnxRuntime, TelemetryError } from './onnx-runtime.js';
export { type OnnxSimilarityOptions, onnxSimilarity } from './onnx-similarity.js';
export { parseDate, type WrittenDate } from './parse-date.js';
export { yearInPath } from './path-year.js';
export type { AnalyzePhotoOptions, PhotoEngine, PhotoResult, Rotation } from './photo-engine.js';
export { type PhotoPoolOptions, photoPool } from './photo-pool.js';
export {
  modelBytes,
  type PlanWorkersOptions,
  planWorkers,
  type WorkerPlan,
} from './plan-workers.js';
export { PullPackError, type PullPackOptions, pullPack } from './pull-pack.js';
export { RAW_EXTENSIONS } from './raw-preview.js';
export { type DateSource, type RecordedDate, recordedDates } from './recorded-dates.js';
export { resizeLinear } from './resize-linear.js';
export { rotateImage } from './rotate-image.js';
export type { Detection } from './scrfd-decode.js';
export { inShard, parseShard, type Shard } from './shard.js';
export { type SideFileKind, sideFileKind } from './side-files.js';
export { similarityTransform } from './similarity-transform.js';
export { type TunedPoolOptions, tunedPool } from './tuned-pool.js';
export { warpAffine } from './warp-affine.js';
