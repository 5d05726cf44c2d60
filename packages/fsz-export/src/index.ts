export type { FaceFinder, FoundFace } from './crops/face-finder.js';
export { readPhoto, readsParts } from './crops/read-photo.js';
export { type RenderCropOptions, renderCrop } from './crops/render-crop.js';
export {
  auditCrop,
  partOf,
  type SingleFaceOptions,
  type SingleFaceResult,
  singleFaceCrop,
} from './crops/single-face.js';
export { softFill } from './crops/soft-fill.js';
export { encodeSafetensors, type Tensor } from './formats/encode-safetensors.js';
export type {
  CollectionFormat,
  FacesetFormat,
  FacesetToWrite,
  NamedEmbedding,
  WrittenFormat,
} from './formats/format.js';
export { INSWAPPER_RECOGNIZER, type Recognizer, requireRecognizer } from './formats/recognizer.js';
export {
  collectionFormats,
  FORMATS,
  facesetFormats,
  formatFolders,
  formatForTool,
  formatNames,
  formatsOf,
  isFormatFile,
  type SwapFormat,
} from './formats/registry.js';
export { ropeText } from './formats/rope.js';
export { type ReactorFace, reactorModel } from './formats/safetensors.js';
export {
  type ExportSwapOptions,
  type ResolvedSwapOptions,
  resolveSwapOptions,
  SELECT_MODES,
  type SelectMode,
  swapOptionsOf,
} from './formats/swap-options.js';
export { visomasterJson } from './formats/visomaster.js';
export { formatRanks, renamedFormatFiles, writeFacesetFormats } from './formats/write-faceset-formats.js';
export { encodePng } from './fsz/encode-png.js';
export { ForeignEmbeddingsError, FszError } from './fsz/fsz-errors.js';
export { type PngHeader, pngHeader } from './fsz/png-header.js';
export { type FszEntry, readFsz, validateFsz } from './fsz/read-fsz.js';
export { fszEntryName, type WrittenFsz, writeFsz } from './fsz/write-fsz.js';
export { writeFacesetTexts, yearsText } from './names/faceset-texts.js';
export { bundleStem, labelFileName } from './names/file-stem.js';
export { decodeText, firstLine } from './names/name-text.js';
export type { BuildContext, EarlierCrop, ExportedFace } from './selection/build-context.js';
export {
  type CandidateOptions,
  type CandidatePlans,
  DEFAULT_CANDIDATE_OPTIONS,
  planCandidates,
} from './selection/candidates.js';
export { chooseFaces } from './selection/choose-faces.js';
export { type Drift, driftOf, meanEmbedding } from './selection/drift.js';
export { type ExportCache, meanOfFaces } from './selection/export-cache.js';
export { possibleDuplicates } from './selection/near-duplicates.js';
export {
  checkSameFace,
  type DroppedFaces,
  type FacesetPlan,
  isSameFace,
  type PlanContext,
  type PlannedFace,
  type PlannedRejection,
  planFaceset,
} from './selection/plan-faceset.js';
export { qualityPartsOf, type RankedFace, rankFaces } from './selection/rank-faces.js';
export { type SelectableFace, selectDiverse } from './selection/select-diverse.js';
export { selectFaces } from './selection/select-faces.js';
