export { faceRefOf, imageErrorsOf, photoRefOf, rowsOfFaces } from './cache-refs.js';
export { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
export { type DuplicatesManifest, duplicatesManifestSchema } from './duplicates-manifest.js';
export { decodeVector, type ErasManifest, encodeVector } from './eras-manifest.js';
export { faceKey } from './face-key.js';
export {
  compareFacesetIds,
  eraIdOf,
  eraNumber,
  facesetIdOf,
  facesetNumber,
  facesetOrEraId,
  isFacesetId,
} from './faceset-id.js';
export { ManifestError, ManifestMismatchError } from './manifest-errors.js';
export { checkManifest, readManifest, readManifestIfThere, writeManifest } from './manifest-file.js';
export { manifestJson, rounded } from './manifest-json.js';
export {
  duplicatesPath,
  MANIFEST_NAMES,
  MANIFESTS,
  type ManifestKind,
  type Manifests,
} from './manifest-kinds.js';
export {
  type CacheRef,
  type FaceRef,
  type FacesetTraits,
  type FileErrorEntry,
  facesetFolder,
  type ImageErrorEntry,
  MANIFEST_SCHEMA_VERSION,
  type OptionValues,
  type PhotoRef,
  type Rejection,
  relativePath,
  sha256,
} from './manifest-parts.js';
export { namedOptions, recordedOptions } from './named-options.js';
export { personIdOf, personNumber } from './person-id.js';
export type { PlacedKind } from './placed-manifest.js';
export { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
export { countByCode, outlierMessage, rejection } from './rejections.js';
export {
  candidatesSchema,
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
