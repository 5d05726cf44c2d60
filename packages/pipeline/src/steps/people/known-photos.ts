import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CacheImage } from '@face-sets/cache-npz';
import { errorCode, fileSha256, pathFromBytes, pathToFs } from '@face-sets/files';
import { type FaceName, type PeopleFile, parseFaceName } from '@face-sets/people';

/** The photos of a cache with the faces in them. */
export class KnownPhotos {
  readonly #byPath = new Map<string, CacheImage>();
  readonly #byDigits = new Map<string, CacheImage>();
  readonly #facesIn = new Map<string, FaceName[]>();

  constructor(images: readonly CacheImage[], { people, alone }: Pick<PeopleFile, 'people' | 'alone'>) {
    for (const image of images) {
      const digits = image.sha256.slice(0, 16);
      if (image.superseded && this.#byDigits.has(digits)) continue;
      this.#byDigits.set(digits, image);
      if (image.superseded) continue;
      for (const path of [image.path, ...image.pathAliases]) this.#byPath.set(path, image);
    }
    for (const name of [...people.flatMap(({ faces }) => faces), ...alone]) {
      const { photo } = parseFaceName(name);
      const others = this.#facesIn.get(photo);
      if (others) others.push(name);
      else this.#facesIn.set(photo, [name]);
    }
  }

  /** The photo that a face is in; undefined where the cache has it no more. */
  of(face: FaceName): CacheImage | undefined {
    return this.#byDigits.get(parseFaceName(face).photo);
  }

  /** Path of the photo that a face is in; the face's name where the cache has the photo no more. */
  pathOf(face: FaceName): string {
    return this.of(face)?.path ?? face;
  }

  /** The photo at a path, or the same photo elsewhere: a copy of it, also in an output folder. */
  async at(path: string): Promise<CacheImage | undefined> {
    const known = this.#byPath.get(resolve(path));
    if (known) return known;
    try {
      const real = pathFromBytes(await realpath(pathToFs(path), 'buffer'));
      return this.#byPath.get(real) ?? this.#byDigits.get((await fileSha256(real)).slice(0, 16));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** The faces in a photo. */
  facesIn({ sha256 }: Pick<CacheImage, 'sha256'>): readonly FaceName[] {
    return this.#facesIn.get(sha256.slice(0, 16)) ?? [];
  }

  /** All faces. */
  get faces(): FaceName[] {
    return [...this.#facesIn.values()].flat();
  }
}
