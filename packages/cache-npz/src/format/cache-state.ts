import type { OpenFile } from '@face-sets/files';
import { CacheFormatError } from '../errors.js';
import {
  decodeEnrichedFace,
  decodeImage,
  decodeText,
  decodeUpdate,
  imageLayout,
  type JournalHeader,
  RecordType,
} from '../journal/journal-format.js';
import { type ScannedRecord, scanRecords } from '../journal/journal-scan.js';
import type { CacheBase } from './cache-base.js';
import { type CacheMeta, parseMeta } from './cache-meta.js';
import type { ImageRecord } from './image-record.js';

/** What a cache says apart from its arrays, with the journal's records applied. */
export interface CacheState {
  /** Settings; `generation` is brought up to date when it is written or handed out. */
  meta: CacheMeta;
  /** Images in order. Records are replaced, never changed. */
  images: ImageRecord[];
  /** For each image, its first face; its last is the one before the next image's first. */
  firstFace: number[];
  /** Number of faces. */
  faces: number;
  /** 1 for each face that was enriched. Its length is at least the number of faces. */
  enriched: Uint8Array;
}

/** State of a cache without its journal. */
export function stateOfBase(base: CacheBase): CacheState {
  const { enriched_rows, ...meta } = base.meta;
  const enriched = new Uint8Array(base.faces);
  for (const [first, end] of enriched_rows ?? []) enriched.fill(1, first, end);
  return { meta, images: base.images, firstFace: base.firstFace, faces: base.faces, enriched };
}

/** State of a cache that has only a journal so far. */
export function stateOfHeader(header: JournalHeader): CacheState {
  return { meta: header.meta, images: [], firstFace: [], faces: 0, enriched: new Uint8Array(0) };
}

/** Marks a face as enriched. */
export function markEnriched(state: CacheState, face: number): void {
  if (face >= state.enriched.length) {
    const larger = new Uint8Array(Math.max(state.faces, Math.ceil(state.enriched.length * 1.5)));
    larger.set(state.enriched);
    state.enriched = larger;
  }
  state.enriched[face] = 1;
}

/** 1 for each enriched face, exactly as long as there are faces. */
export function enrichedFlags(state: CacheState): Uint8Array {
  const flags = new Uint8Array(state.faces);
  flags.set(state.enriched.subarray(0, state.faces));
  return flags;
}

/** For each face, the index of its image. */
export function imageIndexOf(state: CacheState): Int32Array {
  const index = new Int32Array(state.faces);
  let image = 0;
  for (let face = 0; face < state.faces; face++) {
    while (face >= (state.firstFace[image + 1] ?? state.faces)) image++;
    index[face] = image;
  }
  return index;
}

/** `meta.json` for a state, without the ranges. */
export function currentMeta(state: CacheState): CacheMeta {
  let enriched = 0;
  for (let face = 0; face < state.faces && face < state.enriched.length; face++)
    enriched += state.enriched[face];
  return { ...state.meta, generation: state.images.length + state.faces + enriched };
}

/**
 * Applies a journal's records to a state.
 *
 * @param state changed in place
 * @param file the journal
 * @param start offset of the first record to apply
 * @param stop offset at which to stop: where the sound records end, or ended when others looked
 * @param path the journal's name, for messages
 * @throws CacheFormatError when a sound record contradicts the state
 */
export async function replay(
  state: CacheState,
  file: OpenFile,
  start: number,
  stop: number,
  path: string,
): Promise<void> {
  for await (const record of scanRecords(file, start)) {
    if (record.end > stop) break;
    applyRecord(state, record, `${path}: record at byte ${record.payloadAt}`);
  }
}

function applyRecord(state: CacheState, record: ScannedRecord, where: string): void {
  const { payload } = record;
  if (record.type === RecordType.image) {
    const entry = imageLayout(payload, where);
    if (entry.image !== state.images.length) {
      throw new CacheFormatError(`${where} adds image ${entry.image}, expected ${state.images.length}`);
    }
    if (entry.dim !== state.meta.embedding_dim) {
      throw new CacheFormatError(
        `${where} has embeddings of length ${entry.dim}, expected ${state.meta.embedding_dim}`,
      );
    }
    state.images.push(decodeImage(payload, entry, where));
    state.firstFace.push(state.faces);
    state.faces += entry.faces;
  } else if (record.type === RecordType.update) {
    const { image, record: updated } = decodeUpdate(payload, where);
    if (image >= state.images.length)
      throw new CacheFormatError(`${where} updates image ${image}, which does not exist`);
    state.images[image] = updated;
  } else if (record.type === RecordType.enrichment) {
    const face = decodeEnrichedFace(payload, where);
    if (face >= state.faces)
      throw new CacheFormatError(`${where} enriches face ${face}, which does not exist`);
    markEnriched(state, face);
  } else if (record.type === RecordType.meta) {
    state.meta = parseMeta(decodeText(payload), where);
  } else if (record.type !== RecordType.folded) {
    throw new CacheFormatError(
      `${where} is of type ${record.type}, unknown to this version; update face-sets`,
    );
  }
}

/** A copy that later additions and changes do not reach. */
export function copyOfState(state: CacheState): CacheState {
  return {
    meta: state.meta,
    images: state.images.slice(),
    firstFace: state.firstFace.slice(),
    faces: state.faces,
    enriched: enrichedFlags(state),
  };
}
