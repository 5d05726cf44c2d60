import { lstat } from 'node:fs/promises';
import type { CacheImage } from '@face-sets/cache-npz';
import { fileSha256, nullIfMissing } from '@face-sets/files';
import type { FaceRef } from '@face-sets/manifests';
import { safeDstName } from '../folders/safe-dst-name.js';

/** Gives the photos of a cache. */
export type ImageSource = () => Promise<readonly Pick<CacheImage, 'sha256' | 'size'>[]>;

/** Finds the faces of a photo by the name that an output gives to it, or by its content. */
export class KnownPhotos<T extends { face: FaceRef }> {
  readonly #byName = new Map<string, T[]>();
  readonly #byContent = new Map<string, T[]>();
  #sizes: Set<number> | undefined;
  readonly #images: ImageSource;

  /**
   * @param placed the faces, in any order
   * @param images the photos of the cache: asked for only where a file is not known by its name
   */
  constructor(placed: readonly T[], images: ImageSource) {
    this.#images = images;
    for (const one of placed) {
      const { sha256, source, aliases } = one.face;
      const ofPhoto = this.#byContent.get(sha256) ?? [];
      ofPhoto.push(one);
      this.#byContent.set(sha256, ofPhoto);
      for (const path of [source, ...aliases]) this.#byName.set(safeDstName(path), ofPhoto);
    }
  }

  /** The faces of the photo that an output gives this name to. */
  named(name: string): T[] | undefined {
    return this.#byName.get(name);
  }

  /**
   * The faces of the photo that a file holds. A link is taken for the photo that its name says; of a file the content counts, so
   * that one that was edited is not. Files of no photo's size are not opened.
   */
  async at(path: string, name: string): Promise<T[] | undefined> {
    const info = await nullIfMissing(path, lstat(path));
    if (info?.isSymbolicLink()) return this.#byName.get(name);
    if (!info?.isFile()) return undefined;
    this.#sizes ??= new Set(
      (await this.#images()).flatMap(({ sha256, size }) => (this.#byContent.has(sha256) ? [size] : [])),
    );
    if (!this.#sizes.has(info.size)) return undefined;
    return this.#byContent.get(await fileSha256(path));
  }
}
