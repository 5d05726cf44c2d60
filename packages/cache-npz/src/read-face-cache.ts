import { readCacheBase } from './cache-base.js';
import {
  type FaceArrays,
  type FaceMember,
  FLOAT_MEMBERS,
  type FloatMember,
  rowFloats,
} from './cache-layout.js';
import type { CacheMeta } from './cache-meta.js';
import {
  currentMeta,
  enrichedFlags,
  imageIndexOf,
  replay,
  stateOfBase,
  stateOfHeader,
} from './cache-state.js';
import { CacheFormatError } from './errors.js';
import { DISK, type FileSystem, type OpenFile } from './file-system.js';
import type { ImageRecord } from './image-record.js';
import { JournalRows } from './journal-rows.js';
import type { NpzReader } from './npz-file.js';
import { realPathOf } from './real-path.js';
import { journalPath, openSnapshot } from './snapshot.js';
import { WindowReader } from './window-reader.js';

/** A face cache in memory: everything about the images, and the per-face arrays that were asked for. */
export type FaceCacheData<M extends FaceMember = FaceMember> = Pick<FaceArrays, M> & {
  /** What the cache was made with. */
  meta: CacheMeta;
  /** Images in order, superseded ones included. */
  images: ImageRecord[];
  /** Number of faces N. */
  faceCount: number;
  /** Length of an embedding D. */
  dim: number;
  /** [N] index into `images`; ascending. */
  imageIndex: Int32Array;
  /** [N] 1 for a face that was enriched (even if only to find that it has no landmarks), else 0. */
  enriched: Uint8Array;
};

/** Options of {@link readFaceCache}. */
export interface ReadFaceCacheOptions<M extends FaceMember> {
  /** Arrays to load; the others are not read from the disk. Default: all. */
  members?: readonly M[];
  /** For tests. */
  fileSystem?: FileSystem;
}

/**
 * Reads a face cache with everything that was ever flushed to it, folded or not. Needs no lock: it gets a
 * consistent state also while another process writes.
 *
 * Takes the memory of the arrays asked for, plus about 500 bytes per image.
 *
 * @param path the `.npz`
 * @param options which arrays
 * @throws CacheNotFoundError, CacheFormatError, NpzFormatError or NpyFormatError
 */
export async function readFaceCache<M extends FaceMember = FaceMember>(
  path: string,
  options: ReadFaceCacheOptions<M> = {},
): Promise<FaceCacheData<M>> {
  const fs = options.fileSystem ?? DISK;
  const wanted = FLOAT_MEMBERS.filter(({ key }) => options.members?.includes(key as M) ?? true);
  const unknown = options.members?.find((name) => !FLOAT_MEMBERS.some(({ key }) => key === name));
  if (unknown !== undefined) {
    const known = FLOAT_MEMBERS.map(({ key }) => key).join(', ');
    throw new RangeError(`there is no member "${unknown}"; expected some of ${known}`);
  }
  const real = await realPathOf(fs, path);
  const snapshot = await openSnapshot(fs, real);
  try {
    const { npz, journal } = snapshot;
    const base = npz === null ? null : await readCacheBase(npz, real);
    const baseFaces = base?.faces ?? 0;
    const state =
      base !== null ? stateOfBase(base) : journal !== null ? stateOfHeader(journal.start.header) : null;
    if (state === null) throw new CacheFormatError(`${journalPath(real)} was begun, but holds nothing yet`);
    let rows = new JournalRows();
    if (journal !== null) {
      const end = await replay(state, journal.file, journal.recordsAt, journalPath(real));
      rows = await JournalRows.scan(journal.file, journal.recordsAt, state.meta.embedding_dim, end);
    }
    const arrays: Partial<FaceArrays> = {};
    const source = { npz, baseFaces, journal: journal?.file ?? null, rows };
    const enriched = enrichedFlags(state);
    for (const member of wanted) {
      if (member.place === 'enrichment' && !enriched.includes(1)) continue;
      arrays[member.key] = await readFloats(member, state.faces, state.meta.embedding_dim, source);
    }
    return {
      meta: currentMeta(state),
      images: state.images,
      faceCount: state.faces,
      dim: state.meta.embedding_dim,
      imageIndex: imageIndexOf(state),
      enriched,
      ...(arrays as Pick<FaceArrays, M>),
    };
  } finally {
    await snapshot.close();
  }
}

interface FloatSource {
  npz: NpzReader | null;
  baseFaces: number;
  journal: OpenFile | null;
  rows: JournalRows;
}

async function readFloats(
  member: FloatMember,
  faces: number,
  dim: number,
  source: FloatSource,
): Promise<Float32Array> {
  const { npz, baseFaces, journal, rows } = source;
  const width = rowFloats(member, dim);
  const old = npz?.names.includes(member.name) ? npz : null;
  const data =
    old === null
      ? new Float32Array(faces * width)
      : ((await old.read(member.name, faces * width)).data as Float32Array);
  if (journal === null) return data;
  if (member.place === 'attributes') {
    for (let face = baseFaces; face < faces; face++) {
      const row = rows.attributesOf(face - baseFaces);
      data.set(row.subarray(member.offset, member.offset + width), face * width);
    }
    return data;
  }
  const bytes = (face: number, count: number) =>
    new Uint8Array(data.buffer as ArrayBuffer, face * width * 4, count * width * 4);
  const window = new WindowReader(journal);
  if (member.place === 'embedding') {
    let face = baseFaces;
    for (let i = 0; i < rows.faceCounts.length; i++) {
      const count = rows.faceCounts[i];
      bytes(face, count).set(await window.read(rows.embeddingsAt[i], count * width * 4));
      face += count;
    }
    return data;
  }
  data.fill(Number.NaN, (old === null ? 0 : baseFaces) * width);
  for (const face of rows.enrichedFaces()) {
    bytes(face, 1).set(await window.read(rows.enrichmentAt(face) + member.offset * 4, width * 4));
  }
  return data;
}
