import { type FaceCacheWriter, type ImageRecord, placesOf } from '@face-sets/cache-npz';
import type { ListedPhoto } from '@face-sets/photos';
import type { EmbedLibraryOptions } from './embed-options.js';

/**
 * Stage 2 of `embedLibrary`: finds the record of a photo that need not be opened, since the cache has it at this place with
 * this size and time of change; `undefined` where it must be.
 */
export function knownPhotos(
  cache: FaceCacheWriter,
  options: EmbedLibraryOptions,
): (photo: ListedPhoto) => ImageRecord | undefined {
  const mtimeAt = knownTimes();
  return ({ path, size, mtime }) => {
    const index = cache.imageByPath(path);
    const known = index === undefined ? undefined : cache.images[index];
    const same = known && known.size === size && mtimeAt(known, path) === mtime;
    return same && !isRetried(known, options) ? known : undefined;
  };
}

/** Whether a known photo is decoded and searched again. */
export function isRetried(record: ImageRecord, { retryFailed, searchAgain }: EmbedLibraryOptions): boolean {
  if (record.superseded) return false;
  if (record.status === 'error') return retryFailed ?? false;
  return record.rotation === undefined && (searchAgain?.has(record.sha256) ?? false);
}

/** Looks up the time of change that each place of a record had; a record with thousands of copies is walked through once. */
function knownTimes(): (record: ImageRecord, path: string) => number | undefined {
  const times = new WeakMap<ImageRecord, Map<string, number>>();
  return (record, path) => {
    if (path === record.path) return record.mtime;
    let ofRecord = times.get(record);
    if (!ofRecord) {
      ofRecord = new Map(placesOf(record).map((place) => [place.path, place.mtime]));
      times.set(record, ofRecord);
    }
    return ofRecord.get(path);
  };
}
