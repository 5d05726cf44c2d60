export type { CacheImage, CacheView } from './cache-view.js';
export { CALIBRATION_PLOT, calibrationPlot, type PlottedCalibration } from './calibration-plot.js';
export type { CandidateOptions } from './candidates.js';
export {
  type ChangeOptions,
  MOST_CHANGES,
  recordChange,
  type UndoneChange,
  undoableChanges,
  undoLastChange,
} from './change-journal.js';
export { type CleanFinding, type CleanInput, type CleanResult, cleanFacesets } from './clean-facesets.js';
export { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
export { type Collection, type CollectionFaceset, readCollection } from './collection.js';
export {
  type ComposedFaceset,
  type ComposeRefineManifestInput,
  composeRefineManifest,
} from './compose-refine-manifest.js';
export {
  type ConsolidateInput,
  type ConsolidateProposal,
  type ConsolidateResult,
  consolidateFacesets,
  type FacePair,
  type ProposedFaceset,
} from './consolidate-facesets.js';
export { type Box, type CropRegion, cropRegion } from './crop-region.js';
export { type Drift, driftOf, meanEmbedding } from './drift.js';
export { duplicatePairs } from './duplicate-pairs.js';
export { type DuplicatesManifest, duplicatesManifestSchema } from './duplicates-manifest.js';
export { type NamedEmbedding, ropeText, visomasterJson } from './embedding-files.js';
export { encodePng } from './encode-png.js';
export { commonFolder, type EraFacesInput, rowsOfFaces } from './era-faces.js';
export { ERAS_FOLDER, erasPaths, readEras } from './eras-folder.js';
export type { ErasManifest } from './eras-manifest.js';
export { type ErasProbeFile, erasProbeSchema } from './eras-probe-file.js';
export {
  ChurnError,
  FoldersNotInCacheError,
  ForeignEmbeddingsError,
  ForeignFileError,
  FszError,
  ImportConfigError,
  KeptNumbersError,
  ManifestError,
  ManifestMismatchError,
  OutputFolderError,
  UndoError,
} from './errors.js';
export type { FacesetErasInput, FacesetErasResult } from './export-eras.js';
export {
  type ExportProgress,
  type ExportSwapInput,
  type ExportSwapResult,
  exportSwap,
} from './export-swap.js';
export { extendFacesetEras } from './extend-faceset-eras.js';
export {
  type ExtendedOutput,
  type ExtendOutputInput,
  extensionIsCurrent,
} from './extend-output.js';
export {
  type ExtendedPeople,
  type ExtendPersonFoldersInput,
  extendPersonFolders,
} from './extend-person-folders.js';
export { type ExtendRefinedFoldersInput, extendRefinedFolders } from './extend-refined-folders.js';
export type { ExtensionChurn, GroupGrowth } from './extension-churn.js';
export type { FaceFinder, FoundFace } from './face-finder.js';
export { facesetAt } from './faceset-at.js';
export { type LocatedFaceset, locateFacesets } from './faceset-folders.js';
export {
  compareFacesetIds,
  eraIdOf,
  eraNumber,
  facesetIdOf,
  facesetNumber,
  isFacesetId,
} from './faceset-id.js';
export { displayName, faceKey } from './faceset-names.js';
export { labelFileName } from './file-stem.js';
export { type DuplicateDecoder, type FindDuplicatesInput, findDuplicates } from './find-duplicates.js';
export { type ImportConfig, importConfigSchema, readImportConfig } from './import-config.js';
export {
  IMPORT_FOLDER,
  type ImportFoldersInput,
  type ImportFoldersResult,
  importFolders,
} from './import-folders.js';
export type { ImportProblem } from './import-problems.js';
export type { LostPhoto } from './known-faces.js';
export {
  checkManifest,
  duplicatesPath,
  MANIFEST_NAMES,
  type ManifestKind,
  type Manifests,
  readManifest,
  writeManifest,
} from './manifest-file.js';
export {
  type CacheRef,
  type FaceRef,
  type FacesetTraits,
  type FileErrorEntry,
  type ImageErrorEntry,
  MANIFEST_SCHEMA_VERSION,
  type OptionValues,
  type PhotoRef,
  type Rejection,
} from './manifest-parts.js';
export { highestNumber, newFacesetId } from './match-facesets.js';
export {
  LINK_MODES,
  type LinkMode,
  type MaterialiseFailure,
  type MaterialiseOptions,
  type MaterialiseResult,
  materialise,
} from './materialise.js';
export {
  type GateLoss,
  gateLosses,
  lowerLimits,
  type NearMiss,
  nearMisses,
  nearMissText,
} from './near-misses.js';
export { SYSTEM_FILES } from './output-folder.js';
export { outputIsCurrent } from './output-is-current.js';
export { type OwnFile, ownJson, requireOwnFile, writeOwnFile } from './own-file.js';
export { hashDistance, type PerceptualHash, perceptualHash } from './perceptual-hash.js';
export type { Progress } from './place-photos.js';
export {
  type ImportedFace,
  type ImportedPerson,
  type ImportPlan,
  type PlanImportOptions,
  planImport,
} from './plan-import.js';
export { type PngHeader, pngHeader } from './png-header.js';
export { type ProbeFacesetErasInput, probeFacesetEras } from './probe-faceset-eras.js';
export { qualityPartsOf, type RankedFace, rankFaces } from './rank-faces.js';
export { type GenderAge, type ReactorFace, reactorModel } from './reactor-model.js';
export { type FszEntry, readFsz, validateFsz } from './read-fsz.js';
export { recordedOptions } from './recorded-options.js';
export { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
export { refineOutcomes } from './refine-outcomes.js';
export { countByCode } from './rejections.js';
export { type RenderCropOptions, renderCrop } from './render-crop.js';
export { outputKind, type WriteReportOptions, type WrittenReport, writeReport } from './report.js';
export { erasVerdict } from './report-eras.js';
export { REPORT_FOLDER, REPORT_PAGE } from './report-folder.js';
export type { ReportFace, ReportGroup, ReportKind, ReportModel, ReportProblem } from './report-model.js';
export type { ReportLink } from './report-page.js';
export type { ReportDecoder, ReportPhoto, ThumbnailCounts } from './report-thumbnails.js';
export { type RobustCentroid, robustCentroid } from './robust-centroid.js';
export { MAX_NAME_BYTES, safeDstName } from './safe-dst-name.js';
export { encodeSafetensors, type Tensor } from './safetensors.js';
export { type SelectableFace, selectDiverse } from './select-diverse.js';
export { auditCrop, type SingleFaceOptions, type SingleFaceResult, singleFaceCrop } from './single-face.js';
export { softFill } from './soft-fill.js';
export { fileSha256, type RecordedContent, type SourceState, sourceState } from './source-state.js';
export { splitFacesetEras } from './split-faceset-eras.js';
export { EMBEDDING_FILES, INSWAPPER_RECOGNIZER, SWAP_FORMATS, type SwapFormat } from './swap-formats.js';
export {
  type FaceSelection,
  type FacesetEntry,
  type SwapBundle,
  type SwapCandidates,
  type SwapCrop,
  type SwapExported,
  type SwapFacesetManifest,
  type SwapManifest,
  swapFacesetManifestSchema,
  swapManifestSchema,
} from './swap-manifest.js';
export { type ExportSwapOptions, SELECT_MODES, type SelectMode, swapOptionsOf } from './swap-options.js';
export { type TrustedFolders, type TrustedPerson, trustedPeople } from './trusted-people.js';
export { fszEntryName, type WrittenFsz, writeFsz } from './write-fsz.js';
export { type WritePersonFoldersInput, writePersonFolders } from './write-person-folders.js';
export { type PlacedOutputInput, type WrittenFolders, whyNumbersAreKept } from './write-placed-output.js';
export {
  type RefineOutcome,
  type WriteRefinedFoldersInput,
  writeRefinedFolders,
} from './write-refined-folders.js';
export type { YearReader } from './year-reader.js';
