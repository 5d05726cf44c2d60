import { type FileSystem, nodeFileSystem, type OpenFile, realPathOf, WindowReader } from '@face-sets/files';
import { type NpzReader, namingFile } from '@face-sets/npz/file';
import { InvalidArgumentError } from '../errors.js';
import { explaining } from '../explain-error.js';
import { type CacheHead, readCacheHead, readCacheImages } from '../format/cache-base.js';
import {
  type FaceArrays,
  type FaceMember,
  FLOAT_MEMBERS,
  type FloatMember,
  rowFloats,
} from '../format/cache-layout.js';
import type { CacheMeta } from '../format/cache-meta.js';
import {
  type CacheState,
  currentMeta,
  enrichedFlags,
  imageIndexOf,
  replay,
  stateOfBase,
  stateOfHeader,
} from '../format/cache-state.js';
import type { ImageRecord } from '../format/image-record.js';
import { journalPath, notFound, openSnapshot, type Snapshot } from '../format/snapshot.js';
import { JournalRows } from '../journal/journal-rows.js';

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
 * @throws CacheNotFoundError, CacheFormatError, NpzFormatError, NpyFormatError, or CacheIoError when the disk refuses
 */
export async function readFaceCache<M extends FaceMember = FaceMember>(
  path: string,
  options: ReadFaceCacheOptions<M> = {},
): Promise<FaceCacheData<M>> {
  const fs = options.fileSystem ?? nodeFileSystem;
  const wanted = FLOAT_MEMBERS.filter(({ key }) => options.members?.includes(key as M) ?? true);
  const unknown = options.members?.find((name) => !FLOAT_MEMBERS.some(({ key }) => key === name));
  if (unknown !== undefined) {
    const known = FLOAT_MEMBERS.map(({ key }) => key).join(', ');
    throw new InvalidArgumentError(`there is no member "${unknown}"; expected some of ${known}`);
  }
  return explaining(`cannot read ${path}`, 'check the path and its permissions', () =>
    namingFile(path, () => read(fs, path, wanted)),
  );
}

async function read<M extends FaceMember>(
  fs: FileSystem,
  path: string,
  wanted: readonly FloatMember[],
): Promise<FaceCacheData<M>> {
  const real = await realPathOf(fs, path);
  const snapshot = await openSnapshot(fs, real);
  try {
    const { npz, journal } = snapshot;
    const head = npz === null ? null : await readCacheHead(npz, real);
    const meta = head?.meta ?? journal?.start.header.meta;
    if (meta === undefined) throw notFound(real);
    const rows =
      journal === null ? new JournalRows() : await JournalRows.scan(journal.file, journal.recordsAt);
    // An empty cache may have been started over with another model.
    const dim = rows.dim ?? meta.embedding_dim;
    const faces = (head?.faces ?? 0) + rows.faces;
    const enriched = head?.meta.enriched_rows !== undefined || rows.enrichedFaces().length > 0;
    const source = { npz, baseFaces: head?.faces ?? 0, journal: journal?.file ?? null, rows };
    // The arrays come in from the disk while this thread is busy with the images.
    const [arrays, state] = await Promise.all([
      Promise.all(
        wanted
          .filter((member) => enriched || member.place !== 'enrichment')
          .map(async (member) => [member.key, await readFloats(member, faces, dim, source)]),
      ),
      readState(snapshot, head, rows, real),
    ]);
    return {
      meta: currentMeta(state),
      images: state.images,
      faceCount: state.faces,
      dim,
      imageIndex: imageIndexOf(state),
      enriched: enrichedFlags(state),
      ...(Object.fromEntries(arrays) as Pick<FaceArrays, M>),
    };
  } finally {
    await snapshot.close();
  }
}

async function readState(
  { npz, journal }: Snapshot,
  head: CacheHead | null,
  rows: JournalRows,
  path: string,
): Promise<CacheState> {
  const state =
    npz !== null && head !== null
      ? stateOfBase(await readCacheImages(npz, path, head))
      : stateOfHeader((journal as NonNullable<typeof journal>).start.header);
  if (journal !== null) await replay(state, journal.file, journal.recordsAt, rows.end, journalPath(path));
  return state;
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
  const window = new WindowReader(journal, rows.end);
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
