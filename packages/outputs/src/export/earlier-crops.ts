import { join } from 'node:path';
import { isRealFile } from '@face-sets/files';
import type { EarlierCrop, ResolvedSwapOptions } from '@face-sets/fsz-export';
import { faceKey, namedOptions, type SwapFacesetManifest } from '@face-sets/manifests';

/**
 * Crops of facesets that are there. A crop depends on the face and a few options, not on the faceset, so an existing one
 * can be used for another faceset too, and when its photo is missing.
 */
export class EarlierCrops {
  readonly #crops = new Map<string, EarlierCrop>();
  readonly #shaping: string;

  /** @param options Crops that were made with others are passed over. */
  constructor(options: ResolvedSwapOptions) {
    this.#shaping = shaping(namedOptions({ ...options }));
  }

  /** By `faceKey`. */
  get byKey(): ReadonlyMap<string, EarlierCrop> {
    return this.#crops;
  }

  /**
   * Files that are gone, and those that a symbolic link leads to, are passed over.
   *
   * @param folder Absolute; of the faceset that the manifest is of.
   */
  async add(folder: string, { options, faces }: SwapFacesetManifest): Promise<void> {
    if (shaping(options) !== this.#shaping) return;
    for (const face of faces) {
      const key = faceKey(face);
      if (this.#crops.has(key) || !(await isRealFile(folder, face.file))) continue;
      this.#crops.set(key, { path: join(folder, face.file), crop: face.crop });
    }
  }

  /** Forgets what was in a folder: there are other crops in it now, under the same names. */
  forget(folder: string): void {
    for (const [key, { path }] of this.#crops)
      if (path.startsWith(join(folder, '/'))) this.#crops.delete(key);
  }
}

function shaping({
  pad_ratio,
  out_size,
  verify_sizes,
  max_crop_distance,
}: SwapFacesetManifest['options']): string {
  return JSON.stringify([pad_ratio, out_size, verify_sizes, max_crop_distance]);
}
