export type { CacheImage, CacheView } from './cache-view.js';
export { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
export { type Box, type CropRegion, cropRegion } from './crop-region.js';
export { encodePng } from './encode-png.js';
export { FszError, ManifestError, ManifestMismatchError, OutputFolderError } from './errors.js';
export {
  type ExportProgress,
  type ExportSwapInput,
  type ExportSwapResult,
  exportSwap,
} from './export-swap.js';
export type { FaceFinder, FoundFace } from './face-finder.js';
export {
  checkManifest,
  MANIFEST_NAMES,
  type ManifestKind,
  type Manifests,
  readManifest,
  writeManifest,
} from './manifest-file.js';
export {
  type CacheRef,
  type FaceRef,
  type FileErrorEntry,
  type ImageErrorEntry,
  MANIFEST_SCHEMA_VERSION,
  type OptionValues,
  type PhotoRef,
  type Rejection,
} from './manifest-parts.js';
export {
  LINK_MODES,
  type LinkMode,
  type MaterialiseFailure,
  type MaterialiseOptions,
  type MaterialiseResult,
  materialise,
} from './materialise.js';
export { outputIsCurrent } from './output-is-current.js';
export type { Progress } from './place-photos.js';
export { qualityPartsOf, type RankedFace, rankFaces } from './rank-faces.js';
export { type FszEntry, type PngHeader, pngHeader, readFsz, validateFsz } from './read-fsz.js';
export { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
export { refineOutcomes } from './refine-outcomes.js';
export { type RenderCropOptions, renderCrop } from './render-crop.js';
export { MAX_NAME_BYTES, safeDstName } from './safe-dst-name.js';
export { type SingleFaceOptions, type SingleFaceResult, singleFaceCrop } from './single-face.js';
export { softFill } from './soft-fill.js';
export { fileSha256, type RecordedContent, type SourceState, sourceState } from './source-state.js';
export {
  type SwapBundle,
  type SwapCrop,
  type SwapFacesetManifest,
  type SwapManifest,
  swapFacesetManifestSchema,
  swapManifestSchema,
} from './swap-manifest.js';
export type { ExportSwapOptions } from './swap-options.js';
export { fszEntryName, type WrittenFsz, writeFsz } from './write-fsz.js';
export {
  type WritePersonFoldersInput,
  type WrittenFolders,
  writePersonFolders,
} from './write-person-folders.js';
export {
  type RefineOutcome,
  type WriteRefinedFoldersInput,
  writeRefinedFolders,
} from './write-refined-folders.js';
