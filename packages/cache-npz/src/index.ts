export { cacheDigest } from './cache-digest.js';
export type { Enrichment, FaceArrays, FaceMember, FaceRow } from './cache-layout.js';
export {
  type CacheMeta,
  type CacheModels,
  checkSameMaking,
  type DetectionSettings,
  type Making,
  type ModelIdentity,
} from './cache-meta.js';
export {
  CacheExistsError,
  CacheFormatError,
  CacheIoError,
  CacheLockedError,
  CacheModelMismatchError,
  CacheNotFoundError,
  NpyFormatError,
  NpzFormatError,
} from './errors.js';
export { FaceCacheWriter } from './face-cache-writer.js';
export { pathFromBytes, pathToFs } from './file-path.js';
export { DISK, type FileSystem, type OpenFile } from './file-system.js';
export { type Place, placesOf, recordPlaces } from './image-places.js';
export type { ImageRecord, ImageStatus } from './image-record.js';
export { LockFile } from './lock-file.js';
export { type MergeSummary, mergeFaceCaches } from './merge-caches.js';
export { decodeNpy, encodeNpy, type NpyArray, type NpyInput } from './npy.js';
export type { NpyData } from './npy-dtype.js';
export { decodeNpz, type Npz, type NpzInput, type ReadNpzOptions } from './npz.js';
export { type NpzReader, openNpz, readNpz, type WriteNpzOptions, writeNpz } from './npz-file.js';
export type { OpenFaceCacheOptions } from './open-face-cache.js';
export { type FaceCacheData, type ReadFaceCacheOptions, readFaceCache } from './read-face-cache.js';
