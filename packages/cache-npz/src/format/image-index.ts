import { InvalidArgumentError } from '../errors.js';
import type { ImageRecord } from './image-record.js';

/** Finds images by path and by content, and keeps both unique among images that are not superseded. */
export class ImageIndex {
  readonly #images: readonly ImageRecord[];
  readonly #paths = new Map<string, number>();
  readonly #contents = new Map<string, number>();

  /** @param images the images, which may grow and change afterward by the methods below */
  constructor(images: readonly ImageRecord[]) {
    this.#images = images;
    images.forEach((record, image) => {
      this.#enter(image, record);
    });
  }

  /** See `FaceCacheWriter.imageByPath`. */
  byPath(path: string): number | undefined {
    return this.#paths.get(path);
  }

  /** See `FaceCacheWriter.imageBySha256`. */
  bySha256(sha256: string): number | undefined {
    return this.#contents.get(sha256);
  }

  /** Enters a new image; throws InvalidArgumentError, without entering it, when its path or content is another's. */
  add(image: number, record: ImageRecord): void {
    this.#checkFree(image, record);
    this.#enter(image, record);
  }

  /** Enters an image's new record in place of the old; throws InvalidArgumentError as {@link add}. */
  replace(image: number, before: ImageRecord, after: ImageRecord): void {
    this.#checkFree(image, after);
    for (const path of [before.path, ...before.pathAliases]) {
      if (this.#paths.get(path) === image) this.#paths.delete(path);
    }
    this.#enter(image, after);
  }

  #checkFree(image: number, record: ImageRecord): void {
    if (record.superseded) return;
    const same = this.#contents.get(record.sha256);
    if (same !== undefined && same !== image && !this.#images[same].superseded) {
      throw new InvalidArgumentError(
        `${record.path} has the same content as image ${same} (${this.#images[same].path}); make it an alias`,
      );
    }
    for (const path of [record.path, ...record.pathAliases]) {
      const other = this.#paths.get(path);
      if (other !== undefined && other !== image) {
        throw new InvalidArgumentError(
          `${path} is already image ${other}; mark that as superseded or take the path from it first`,
        );
      }
    }
  }

  #enter(image: number, record: ImageRecord): void {
    if (!record.superseded)
      for (const path of [record.path, ...record.pathAliases]) this.#paths.set(path, image);
    if (record.sha256 === '') return;
    const other = this.#contents.get(record.sha256);
    const free = other === undefined || other === image || this.#images[other].superseded;
    if (free || !record.superseded) this.#contents.set(record.sha256, image);
  }
}
