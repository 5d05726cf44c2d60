import { type FaceCacheWriter, placesOf, recordPlaces } from '@face-sets/cache-npz';

/** Places of an image that wait at least until they are so many. */
const LEAST_WAITING = 64;

/**
 * Places of known photos that are to be recorded. A record is written with all its places, so each one by itself would take
 * quadratic time and room in the journal where a photo has thousands of copies. They wait until they are half as many as the
 * record has, which makes both linear. A crash loses places that wait, never faces: the next run finds them again.
 */
export class PendingPlaces {
  /** By image, the time of change by path. */
  readonly #waiting = new Map<number, Map<string, number>>();

  constructor(private readonly cache: FaceCacheWriter) {}

  /** Records that an image is to be found at a path, since a time of change: now or later. */
  add(image: number, path: string, mtime: number): void {
    const places = this.#waiting.get(image) ?? new Map<string, number>();
    this.#waiting.set(image, places.set(path, mtime));
    const known = 1 + this.cache.images[image]!.pathAliases.length;
    if (places.size >= Math.max(LEAST_WAITING, known / 2)) this.record(image);
  }

  /** Records what waits for an image. */
  record(image: number): void {
    const waiting = this.#waiting.get(image);
    if (!waiting) return;
    this.#waiting.delete(image);
    const places = placesOf(this.cache.images[image]!).map((place) => {
      const mtime = waiting.get(place.path);
      waiting.delete(place.path);
      return mtime === undefined ? place : { path: place.path, mtime };
    });
    for (const [path, mtime] of waiting) places.push({ path, mtime });
    this.cache.updateImage(image, recordPlaces(places));
  }

  /** Records all that waits. */
  recordAll(): void {
    for (const image of [...this.#waiting.keys()]) this.record(image);
  }
}
