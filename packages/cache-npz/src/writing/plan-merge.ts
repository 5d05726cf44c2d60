import { type Place, placesOf, recordPlaces } from '../format/image-places.js';
import type { ImageRecord } from '../format/image-record.js';

/** An image of one of the caches to be merged. */
export interface ImageSource {
  /** Which cache. */
  cache: number;
  record: ImageRecord;
  /** Its faces are rows `firstFace … firstFace + faces − 1` of that cache. */
  firstFace: number;
  faces: number;
  enriched: boolean;
}

/** The images of the merged cache, in order. */
export interface MergePlan {
  images: { record: ImageRecord; source: ImageSource }[];
  /** Images that another one with the same content stands for. */
  united: number;
  /** Images that are left out because the file at their only path was replaced later. */
  superseded: number;
}

/** Says which images the merged cache has and in which order; see `mergeFaceCaches`. */
export function planMerge(sources: readonly ImageSource[]): MergePlan {
  const byContent = new Map<string, ImageSource[]>();
  let superseded = 0;
  for (const source of sources) {
    const { record } = source;
    if (record.superseded) {
      superseded++;
      continue;
    }
    // A file that could not be read has no content to go by.
    const key = record.sha256 || `path ${record.path}`;
    const same = byContent.get(key);
    if (same) same.push(source);
    else byContent.set(key, [source]);
  }

  // A path holds one content: where caches disagree, the one that saw the file last is right.
  const holder = new Map<string, { key: string; mtime: number }>();
  for (const [key, same] of byContent) {
    for (const { path, mtime } of same.flatMap(({ record }) => placesOf(record))) {
      const other = holder.get(path);
      if (!other || mtime > other.mtime || (mtime === other.mtime && key < other.key)) {
        holder.set(path, { key, mtime });
      }
    }
  }
  const placesByContent = new Map<string, Place[]>();
  for (const [path, { key, mtime }] of holder) {
    const places = placesByContent.get(key);
    if (places) places.push({ path, mtime });
    else placesByContent.set(key, [{ path, mtime }]);
  }

  const images: MergePlan['images'] = [];
  let united = 0;
  for (const [key, same] of byContent) {
    const places = placesByContent.get(key);
    if (!places) {
      superseded += same.length;
      continue;
    }
    united += same.length - 1;
    const source = same.reduce((best, other) => (rank(other) > rank(best) ? other : best));
    places.sort((a, b) => comparePaths(a.path, b.path));
    images.push({ source, record: { ...source.record, ...recordPlaces(places) } });
  }
  images.sort((a, b) => comparePaths(a.record.path, b.record.path));
  return { images, united, superseded };
}

/** Results to be preferred: decoded over failed, turned to its faces over as it is, with landmarks over without. */
function rank({ record, enriched }: ImageSource): number {
  return (record.status === 'error' ? 0 : 4) + (record.rotation ? 2 : 0) + (enriched ? 1 : 0);
}

/** The order of a listing: folder by folder, names by UTF-16 code unit. */
function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split(/[\\/]/), b.split(/[\\/]/)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length;
}
