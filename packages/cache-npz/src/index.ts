export {
  CacheClosedError,
  CacheExistsError,
  CacheFormatError,
  CacheIoError,
  CacheLockedError,
  CacheModelMismatchError,
  CacheNotFoundError,
  InvalidArgumentError,
} from './errors.js';
export { cacheDigest } from './format/cache-digest.js';
export type { Enrichment, FaceArrays, FaceMember, FaceRow } from './format/cache-layout.js';
export {
  assertSameModels,
  type CacheMeta,
  type CacheModels,
  type CacheProvenance,
  type DetectionSettings,
  type ModelIdentity,
} from './format/cache-meta.js';
export { type Place, placesOf, recordPlaces } from './format/image-places.js';
export type { ImageRecord, ImageStatus } from './format/image-record.js';
export {
  type CacheImage,
  type CacheView,
  type CacheWith,
  cacheWith,
  embeddingMatrix,
  embeddingOf,
  faceBbox,
  facesByImage,
} from './reading/cache-view.js';
export { commonFolder } from './reading/common-folder.js';
export { FoldersNotInCacheError } from './reading/folders-not-in-cache.js';
export { imagesBelow } from './reading/images-below.js';
export { type FaceCacheData, type ReadFaceCacheOptions, readFaceCache } from './reading/read-face-cache.js';
export { FaceCacheWriter } from './writing/face-cache-writer.js';
export { LockFile } from './writing/lock-file.js';
export { type MergeSummary, mergeFaceCaches } from './writing/merge-caches.js';
export type { OpenFaceCacheOptions } from './writing/open-face-cache.js';
