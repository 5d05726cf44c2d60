import { InvalidArgumentError } from '../errors.js';
import type { Enrichment, FaceRow } from '../format/cache-layout.js';
import { type CacheMeta, SCHEMA } from '../format/cache-meta.js';
import { type CacheState, copyOfState, markEnriched } from '../format/cache-state.js';
import { checkFaceRow, checkRecord, copyRecord } from '../format/check-input.js';
import { ImageIndex } from '../format/image-index.js';
import type { ImageRecord } from '../format/image-record.js';
import { encodeEnrichment, encodeImage, encodeMetaChange, encodeUpdate } from '../journal/journal-format.js';
import type { GrowFloats } from './grow-array.js';
import type { OpenedCache, OpenFaceCacheOptions } from './open-face-cache.js';

/**
 * What a cache that is open for adding holds in memory, and the records for the journal that say what is new in it.
 * It touches no file. A change that is refused leaves everything as it was.
 */
export class CacheContents {
  readonly #options: OpenFaceCacheOptions;
  readonly #state: CacheState;
  readonly #index: ImageIndex;
  readonly #boxes: GrowFloats;
  #pending: Uint8Array[] = [];
  #toldTool = false;
  #toldLandmarks = false;

  constructor({ options, state, boxes }: Pick<OpenedCache, 'options' | 'state' | 'boxes'>) {
    this.#options = options;
    this.#state = state;
    this.#index = new ImageIndex(state.images);
    this.#boxes = boxes;
  }

  /** The state as it is now, to read. */
  get state(): Readonly<CacheState> {
    return this.#state;
  }

  /** Which image has a path or a content. */
  get index(): Pick<ImageIndex, 'byPath' | 'bySha256'> {
    return this.#index;
  }

  /** Number of records that are not in the journal yet. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /** A copy of the state that later changes do not reach. */
  copyState(): CacheState {
    return copyOfState(this.#state);
  }

  /** Hands over the records that are not in the journal yet. */
  takePending(): Uint8Array[] {
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  /** Takes records back that could not be written, before those that are newer. */
  putBack(batch: Uint8Array[]): void {
    this.#pending = batch.concat(this.#pending);
  }

  /** See `FaceCacheWriter`. */
  facesOfImage(image: number): number[] {
    this.#checkImage(image);
    const { firstFace, faces } = this.#state;
    const first = firstFace[image];
    return Array.from({ length: (firstFace[image + 1] ?? faces) - first }, (_, i) => first + i);
  }

  /** See `FaceCacheWriter`. */
  imageOfFace(face: number): number {
    this.#checkFace(face);
    const { firstFace } = this.#state;
    let [low, high] = [0, firstFace.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (firstFace[middle] <= face) low = middle;
      else high = middle;
    }
    return low;
  }

  /** See `FaceCacheWriter`. */
  faceBox(face: number): Float32Array {
    this.#checkFace(face);
    return this.#boxes.view(face * 4, face * 4 + 4).slice();
  }

  /** See `FaceCacheWriter`. */
  isEnriched(face: number): boolean {
    this.#checkFace(face);
    return this.#state.enriched[face] === 1;
  }

  /** See `FaceCacheWriter`. */
  addImage(record: ImageRecord, faces: readonly FaceRow[]): number {
    const image = this.#state.images.length;
    const dim =
      this.#state.images.length === 0
        ? this.#wantedMeta(false).embedding_dim
        : this.#state.meta.embedding_dim;
    checkRecord(record, faces.length);
    for (const face of faces) checkFaceRow(face, dim, record.path);
    const own = copyRecord(record);
    this.#index.add(image, own);
    this.#tell(false);
    this.#pending.push(encodeImage(image, own, faces, dim));
    this.#state.images.push(own);
    this.#state.firstFace.push(this.#state.faces);
    this.#state.faces += faces.length;
    for (const face of faces) this.#boxes.push(face.bbox);
    return image;
  }

  /** See `FaceCacheWriter`. */
  updateImage(image: number, patch: Partial<Omit<ImageRecord, 'sha256'>>): void {
    this.#checkImage(image);
    const before = this.#state.images[image];
    const after = copyRecord({ ...before, ...patch, sha256: before.sha256 });
    checkRecord(after, this.facesOfImage(image).length);
    this.#index.replace(image, before, after);
    this.#tell(false);
    this.#pending.push(encodeUpdate(image, after));
    // Replaced, not changed: a fold that is under way keeps the record it began with.
    this.#state.images[image] = after;
  }

  /** See `FaceCacheWriter`. */
  setEnrichment(face: number, enrichment: Enrichment): void {
    this.#checkFace(face);
    for (const [key, length] of [
      ['landmark2d106', 212],
      ['landmark3d68', 204],
      ['pose', 3],
    ] as const) {
      const found = enrichment[key]?.length ?? length;
      if (found !== length) throw new InvalidArgumentError(`${key} has ${found} numbers, expected ${length}`);
    }
    this.#tell(true);
    this.#pending.push(encodeEnrichment(face, enrichment));
    markEnriched(this.#state, face);
  }

  /** Notes the tool, and with enrichment the landmark models, before the first record of this session. */
  #tell(enriching: boolean): void {
    if (this.#toldTool && (this.#toldLandmarks || !enriching)) return;
    const meta = this.#wantedMeta(enriching);
    this.#toldTool = true;
    this.#toldLandmarks ||= enriching;
    if (JSON.stringify(meta) === JSON.stringify(this.#state.meta)) return;
    this.#state.meta = meta;
    this.#pending.push(encodeMetaChange(meta));
  }

  #wantedMeta(enriching: boolean): CacheMeta {
    const { meta, images } = this.#state;
    const { tool, models, detection, embeddingDim } = this.#options;
    const { landmark_2d_106 = meta.models.landmark_2d_106, landmark_3d_68 = meta.models.landmark_3d_68 } =
      (enriching ? models : meta.models) ?? {};
    // As long as there are no images, the settings are whoever's who adds the first.
    const fresh = images.length === 0;
    const { detection: detector, recognition } = (fresh ? models : undefined) ?? meta.models;
    return {
      schema: SCHEMA,
      models: {
        detection: detector,
        recognition,
        ...(landmark_2d_106 && { landmark_2d_106 }),
        ...(landmark_3d_68 && { landmark_3d_68 }),
      },
      embedding_dim: (fresh ? embeddingDim : undefined) ?? meta.embedding_dim,
      detection: (fresh ? detection : undefined) ?? meta.detection,
      tool,
      generation: meta.generation,
    };
  }

  #checkImage(image: number): void {
    const count = this.#state.images.length;
    if (Number.isInteger(image) && image >= 0 && image < count) return;
    throw new InvalidArgumentError(`there is no image ${image}; the cache has ${count}`);
  }

  #checkFace(face: number): void {
    if (Number.isInteger(face) && face >= 0 && face < this.#state.faces) return;
    throw new InvalidArgumentError(`there is no face ${face}; the cache has ${this.#state.faces}`);
  }
}
