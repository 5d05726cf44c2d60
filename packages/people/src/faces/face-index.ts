import { iou } from '@face-sets/quality';
import { type FaceName, parseFaceName, photoOf } from './face-name.js';

/** Boxes whose intersection over union is less are not the same face. */
export const LEAST_OVERLAP = 0.5;

/** Options of {@link FaceIndex}. */
export interface FaceIndexOptions {
  /**
   * Photos that took the place of others with the same faces, such as a file whose metadata was rewritten: from the first
   * 16 hexadecimal digits of the former SHA-256 to those of the new one. Default: none.
   */
  successors?: ReadonlyMap<string, string>;
}

/**
 * Finds faces by their names, which may come from another detector or an earlier cache: in the photo that the name
 * says, the face whose box overlaps most, if the intersection over union is 0.5 or more.
 */
export class FaceIndex {
  readonly #rows = new Map<FaceName, number>();
  readonly #photos = new Map<string, number[]>();
  readonly #names: readonly FaceName[];
  readonly #successors: ReadonlyMap<string, string>;

  /** @param names of all faces, a row each; the first of two equal ones is found */
  constructor(names: readonly FaceName[], { successors = new Map() }: FaceIndexOptions = {}) {
    this.#names = names;
    this.#successors = successors;
    names.forEach((name, row) => {
      if (!this.#rows.has(name)) this.#rows.set(name, row);
      const photo = photoOf(name);
      const others = this.#photos.get(photo);
      if (others) others.push(row);
      else this.#photos.set(photo, [row]);
    });
  }

  /** Row of the face, -1 where there is none. */
  rowOf(name: FaceName): number {
    const exact = this.#rows.get(name);
    if (exact !== undefined) return exact;
    const { box } = parseFaceName(name);
    let best = -1;
    let overlap = LEAST_OVERLAP;
    for (const row of this.#rowsIn(photoOf(name))) {
      const found = iou(box, parseFaceName(this.#names[row]).box);
      if (found < overlap || (found === overlap && best >= 0)) continue;
      best = row;
      overlap = found;
    }
    return best;
  }

  /** Rows of the faces, without those that are not there, ascending and each once. */
  rowsOf(names: Iterable<FaceName>): number[] {
    const rows = new Set<number>();
    for (const name of names) {
      const row = this.rowOf(name);
      if (row >= 0) rows.add(row);
    }
    return [...rows].sort((a, b) => a - b);
  }

  #rowsIn(photo: string): readonly number[] {
    const seen = new Set<string>();
    for (let at: string | undefined = photo; at !== undefined && !seen.has(at); ) {
      const rows = this.#photos.get(at);
      if (rows) return rows;
      seen.add(at);
      at = this.#successors.get(at);
    }
    return [];
  }
}
