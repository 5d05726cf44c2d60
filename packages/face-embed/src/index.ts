export type { Detection, RgbImage } from '@face-sets/quality';
export { analyzePhoto, photoEngine, photoLandmarks } from './analysis/analyze-photo.js';
export { type AnalyzedFace, FaceAnalyzer } from './analysis/face-analyzer.js';
export {
  DEFAULT_DETECTION_SIZES,
  DEFAULT_DETECTION_THRESHOLD,
  DETECTION_NMS,
  type DetectOptions,
} from './analysis/face-detector.js';
export { photosToTurn } from './analysis/find-rotation.js';
export type { AnalyzePhotoOptions, PhotoEngine, PhotoResult } from './analysis/photo-engine.js';
export type { AffineTransform } from './geometry/affine-transform.js';
export { ALIGNED_SIZE, ARCFACE_TEMPLATE, alignFace, alignTransform } from './geometry/align-face.js';
export { estimatePose } from './geometry/estimate-pose.js';
export { nonMaxSuppression } from './geometry/non-max-suppression.js';
export { resizeLinear } from './geometry/resize-linear.js';
export { similarityTransform } from './geometry/similarity-transform.js';
export { warpAffine } from './geometry/warp-affine.js';
export { cacheSettings } from './library/cache-settings.js';
export { type CaptureYears, type CaptureYearsOptions, captureYears } from './library/capture-years.js';
export { embedLibrary } from './library/embed-library.js';
export type { EmbedLibraryOptions, EmbedProgress } from './library/embed-options.js';
export type { EmbedSummary } from './library/embed-summary.js';
export { type EnrichCacheOptions, type EnrichSummary, enrichCache } from './library/enrich-cache.js';
export type { FlushOptions } from './library/flush-policy.js';
export { type MeasuredPlan, type MeasureWorkersOptions, measureWorkers } from './library/measure-workers.js';
export { type PhotoPoolOptions, photoPool } from './library/photo-pool.js';
export { modelBytes, type PlanWorkersOptions, planWorkers, type WorkerPlan } from './library/plan-workers.js';
export { type TunedPoolOptions, tunedPool } from './library/tuned-pool.js';
export {
  EXECUTION_PROVIDERS,
  type ExecutionProvider,
  ExecutionProviderError,
} from './models/execution-provider.js';
export {
  type FindModelsOptions,
  findModels,
  type ModelFolder,
  ModelFolderError,
  ModelsNotFoundError,
  packFolders,
  readModelFolder,
} from './models/find-models.js';
export { FaceModels, type LoadModelsOptions, loadModels, ModelLoadError } from './models/load-models.js';
export {
  type CalibratedRecognizer,
  calibratedRecognizers,
  DEFAULT_PACK,
  findPack,
  MODEL_PACKS,
} from './models/model-packs.js';
export { MODEL_ROLES, type ModelRole, modelRole } from './models/model-router.js';
export { OnnxFormatError } from './models/onnx-graph.js';
export {
  type OnnxRuntime,
  OnnxRuntimeMissingError,
  onnxRuntime,
  TelemetryError,
} from './models/onnx-runtime.js';
export { type OnnxSimilarityOptions, onnxSimilarity } from './models/onnx-similarity.js';
export type { ModelPack, PackFile } from './models/packs/model-pack.js';
export { PullPackError, type PullPackOptions, pullPack } from './models/pull-pack.js';
