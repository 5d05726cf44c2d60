export type { CacheImage, CacheView } from './cache-view.js';
export { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
export { FszError, ManifestError, ManifestMismatchError, OutputFolderError } from './errors.js';
export {
  type ExportProgress,
  type ExportSwapInput,
  type ExportSwapOptions,
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
export type { Progress } from './place-photos.js';
export { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
export { MAX_NAME_BYTES, safeDstName } from './safe-dst-name.js';
export { fileSha256, type RecordedContent, type SourceState, sourceState } from './source-state.js';
export {
  type SwapBundle,
  type SwapCrop,
  type SwapFacesetManifest,
  type SwapManifest,
  swapFacesetManifestSchema,
  swapManifestSchema,
} from './swap-manifest.js';
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
