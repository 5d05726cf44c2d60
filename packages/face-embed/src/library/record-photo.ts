import { type FaceCacheWriter, type FaceRow, placesOf, recordPlaces } from '@face-sets/cache-npz';
import { isMissing } from '@face-sets/files';
import type { ListedPhoto } from '@face-sets/photos';
import type { AnalyzedContent } from './analyze-content.js';
import type { EmbedSummary } from './embed-summary.js';
import type { HashedPhoto } from './hash-photo.js';
import { PendingPlaces } from './pending-places.js';

/** Stage 5 of `embedLibrary`: puts what was found into the cache, and counts it in the summary. */
export class PhotoRecorder {
  readonly #cache: FaceCacheWriter;
  readonly #summary: EmbedSummary;
  readonly #waiting: PendingPlaces;

  constructor(cache: FaceCacheWriter, summary: EmbedSummary) {
    this.#cache = cache;
    this.#summary = summary;
    this.#waiting = new PendingPlaces(cache);
  }

  /**
   * Records a photo: calls in the order of the listing give the same cache for the same photos.
   *
   * @param content `null` where there was nothing to analyze: the bytes are known, or could not be read.
   */
  async record({ photo, sha256, failure }: HashedPhoto, content: AnalyzedContent | null): Promise<void> {
    if (failure !== undefined) {
      // Unreadable now says nothing about the content: it is not recorded, so that the next run tries again.
      this.#summary.failures.push({ path: photo.path, message: failure });
      return;
    }
    this.#releasePath(photo.path, sha256);
    const known = this.#cache.imageBySha256(sha256);
    if (known !== undefined && content === null) await this.#joinKnown(known, photo);
    else this.#recordContent(known, photo, sha256, content!);
  }

  /** Records what waited for more of its kind; call it after the last photo. */
  finish(): void {
    this.#waiting.recordAll();
  }

  #recordContent(
    known: number | undefined,
    photo: ListedPhoto,
    sha256: string,
    { record, faces }: AnalyzedContent,
  ): void {
    const places = { path: photo.path, pathAliases: [], mtime: photo.mtime };
    let isNew = true;
    if (known === undefined) {
      this.#cache.addImage({ ...places, sha256, size: photo.size, ...record }, faces);
    } else {
      this.#waiting.record(known);
      if (replaceRecord(this.#cache, known, photo, record, faces) === 'kept') isNew = false;
    }
    if (record.status === 'error') {
      this.#summary.failures.push({ path: photo.path, message: record.error! });
      return;
    }
    this.#summary.embedded++;
    if (isNew) this.#summary.faces += faces.length;
    if (record.status === 'noface') this.#summary.noface++;
  }

  /** Takes a path away from the record of the content that used to be there, if it holds another content now. */
  #releasePath(path: string, sha256: string): void {
    const index = this.#cache.imageByPath(path);
    if (index === undefined) return;
    const former = this.#cache.images[index]!;
    if (former.sha256 === sha256) return;
    this.#waiting.record(index);
    const places = placesOf(this.#cache.images[index]!).filter((place) => place.path !== path);
    this.#cache.updateImage(index, places.length > 0 ? recordPlaces(places) : { superseded: true });
  }

  /** Records that a known content is to be found at `photo.path` too. */
  async #joinKnown(index: number, { path, mtime }: ListedPhoto): Promise<void> {
    const known = this.#cache.images[index]!;
    const here = { path, mtime };
    let outcome: 'unchanged' | 'duplicates' | 'moved';
    if (known.superseded) {
      this.#cache.updateImage(index, { ...recordPlaces([here]), superseded: undefined });
      outcome = 'moved';
    } else if (this.#cache.imageByPath(path) === index) {
      this.#waiting.add(index, path, mtime);
      outcome = 'unchanged';
    } else if (await isMissing(known.path)) {
      this.#waiting.record(index);
      this.#cache.updateImage(index, recordPlaces([here, ...placesOf(this.#cache.images[index]!).slice(1)]));
      outcome = 'moved';
    } else {
      this.#waiting.add(index, path, mtime);
      outcome = 'duplicates';
    }
    if (known.status === 'error')
      this.#summary.failures.push({ path, message: known.error ?? 'unknown error' });
    else this.#summary[outcome]++;
  }
}

/** Records what came of a photo that was searched again: its former faces are kept, or give way to new ones. */
function replaceRecord(
  cache: FaceCacheWriter,
  index: number,
  photo: ListedPhoto,
  record: AnalyzedContent['record'],
  faces: readonly FaceRow[],
): 'kept' | 'replaced' {
  const former = cache.images[index]!;
  const here = { path: photo.path, mtime: photo.mtime };
  const known = placesOf(former);
  const at = known.findIndex(({ path }) => path === photo.path);
  const places = recordPlaces(at >= 0 ? known.with(at, here) : [...known, here]);
  if (former.status !== 'error' && (record.status === 'error' || record.rotation === 0)) {
    cache.updateImage(index, { ...places, rotation: 0 });
    return 'kept';
  }
  if (faces.length === 0) {
    cache.updateImage(index, { ...places, error: undefined, ...record });
    return 'replaced';
  }
  // An image's faces come with it: the record gives way to a new one.
  cache.updateImage(index, { superseded: true });
  cache.addImage({ ...places, sha256: former.sha256, size: photo.size, ...record }, faces);
  return 'replaced';
}
