import { iou } from '@face-sets/quality';
import { LEAST_OVERLAP } from './face-index.js';
import { type FaceName, parseFaceName, photoOf } from './face-name.js';

/** One name for each face, where detectors have given it several: the one that was met first. */
export class KnownNames {
  readonly #byName = new Map<FaceName, FaceName>();
  readonly #inPhoto = new Map<string, { name: FaceName; box: readonly number[] }[]>();

  /** The name by which the face is known; its own when it is met for the first time. */
  of(name: FaceName): FaceName {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const { box } = parseFaceName(name);
    const others = this.#inPhoto.get(photoOf(name)) ?? [];
    const [best] = others
      .map((other) => ({ name: other.name, overlap: iou(box, other.box) }))
      .filter(({ overlap }) => overlap >= LEAST_OVERLAP)
      .sort((a, b) => b.overlap - a.overlap);
    if (!best) this.#inPhoto.set(photoOf(name), [...others, { name, box }]);
    this.#byName.set(name, best?.name ?? name);
    return best?.name ?? name;
  }
}
