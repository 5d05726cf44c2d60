import { AtomicFile, type FileSystem, type OpenFile, WindowReader } from '@face-sets/files';
import { encodeMember, formatNpyHeader, NPY_SUFFIX } from '@face-sets/npz';
import { NpzBuilder, type NpzReader } from '@face-sets/npz/file';
import { fingerprintOf } from '../format/cache-base.js';
import {
  ATTRIBUTE_FLOATS,
  FLOAT_MEMBERS,
  type FloatMember,
  IMAGE_INDEX,
  IMAGES_FILE,
  META_FILE,
  rowFloats,
  rowShapeOf,
} from '../format/cache-layout.js';
import { toRanges } from '../format/cache-meta.js';
import { type CacheState, currentMeta, enrichedFlags, imageIndexOf } from '../format/cache-state.js';
import { formatImageRecord } from '../format/image-record.js';
import type { JournalRows } from './journal-rows.js';

/** Everything a fold puts together. */
export interface FoldInput {
  /** The old `.npz`, or `null`. */
  npz: NpzReader | null;
  /** Faces in it. */
  baseFaces: number;
  /** The journal, or `null` where there is nothing in it. */
  journal: OpenFile | null;
  /** What the journal adds, found by scanning it. */
  rows: JournalRows;
  /** State with the journal applied; not changed by anybody during the fold. */
  state: CacheState;
}

/** A new `.npz` that is durable under its temporary name. */
export interface Folded {
  /** The sealed file, to be published or discarded. */
  file: AtomicFile;
  /** Its fingerprint. */
  fingerprint: string;
}

const BUFFER_BYTES = 2 ** 20;
const LINES_AT_ONCE = 1000;

/**
 * Writes a cache's new `.npz` into a temporary file: the old one's arrays streamed through with the journal's
 * rows appended and overlaid. Memory does not depend on the size of the old file.
 *
 * @throws NpzFormatError when the old file turns out to be damaged
 */
export async function writeFolded(
  fs: FileSystem,
  path: string,
  mode: number,
  input: FoldInput,
): Promise<Folded> {
  const file = await AtomicFile.create(fs, path, `${path}.tmp`, mode);
  try {
    const builder = new NpzBuilder(file);
    const flags = enrichedFlags(input.state);
    const ranges = toRanges(flags);
    for (const member of FLOAT_MEMBERS) {
      if (member.place === 'enrichment' && ranges.length === 0) continue;
      await addFloats(builder, member, input);
      if (member.key === 'blur') await addImageIndex(builder, input);
    }
    await addImages(builder, input.state);
    const meta = { ...currentMeta(input.state), enriched_rows: ranges.length > 0 ? ranges : undefined };
    await builder.add(encodeMember(META_FILE, { bytes: Buffer.from(`${JSON.stringify(meta)}\n`) }, false));
    const fingerprint = fingerprintOf(await builder.finish());
    await file.seal();
    return { file, fingerprint };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function addFloats(builder: NpzBuilder, member: FloatMember, input: FoldInput): Promise<void> {
  const dim = input.state.meta.embedding_dim;
  const shape = [input.state.faces, ...rowShapeOf(member, dim)];
  const header = formatNpyHeader({ dtype: '<f4', fortranOrder: false, shape });
  const rowBytes = rowFloats(member, dim) * 4;
  const size = header.length + input.state.faces * rowBytes;
  const content =
    member.place === 'enrichment'
      ? enrichmentRows(member, rowBytes, input)
      : faceRows(member, rowBytes, input);
  await builder.addStream(member.name + NPY_SUFFIX, size, buffered(header, content));
}

/** The old rows, then those of the images that the journal adds. */
async function* faceRows(
  member: FloatMember,
  rowBytes: number,
  input: FoldInput,
): AsyncGenerator<Uint8Array> {
  yield* oldRows(member.name, rowBytes, input);
  const { rows, journal } = input;
  if (member.place === 'embedding') {
    if (journal === null) return;
    const window = new WindowReader(journal, rows.end);
    for (let i = 0; i < rows.faceCounts.length; i++) {
      const length = rows.faceCounts[i] * rowBytes;
      if (length > 0) yield await window.read(rows.embeddingsAt[i], length);
    }
    return;
  }
  const attributes = rows.attributes.view();
  const floats = rowBytes / 4;
  const block = new Float32Array(4096 * floats);
  let filled = 0;
  for (let at = member.offset; at < attributes.length; at += ATTRIBUTE_FLOATS) {
    block.set(attributes.subarray(at, at + floats), filled);
    filled += floats;
    if (filled === block.length) {
      yield new Uint8Array(block.buffer);
      filled = 0;
    }
  }
  yield new Uint8Array(block.buffer, 0, filled * 4);
}

/** The old rows, or NaN where there are none, with the journal's enrichments laid over. */
async function* enrichmentRows(
  member: FloatMember,
  rowBytes: number,
  input: FoldInput,
): AsyncGenerator<Uint8Array> {
  const { rows, journal, npz, baseFaces, state } = input;
  const faces = rows.enrichedFaces();
  const window = journal === null ? null : new WindowReader(journal, rows.end);
  const hasOld = npz?.names.includes(member.name) ?? false;
  let next = 0;
  let at = 0;
  const pieces = async function* () {
    if (hasOld) yield* oldRows(member.name, rowBytes, input);
    yield* notANumber((state.faces - (hasOld ? baseFaces : 0)) * rowBytes);
  };
  for await (const piece of pieces()) {
    const end = at + piece.length;
    // A row may lie across two pieces: it is then taken up again with the next.
    while (next < faces.length && faces[next] * rowBytes < end) {
      const rowAt = faces[next] * rowBytes;
      const floatsAt = rows.enrichmentAt(faces[next]) + member.offset * 4;
      const row = await (window as WindowReader).read(floatsAt, rowBytes);
      const from = Math.max(rowAt, at);
      const to = Math.min(rowAt + rowBytes, end);
      piece.set(row.subarray(from - rowAt, to - rowAt), from - at);
      if (rowAt + rowBytes > end) break;
      next++;
    }
    yield piece;
    at = end;
  }
}

/** A member's data in the old file, without its header; the caller may write into the pieces. */
async function* oldRows(
  name: string,
  rowBytes: number,
  { npz, baseFaces }: FoldInput,
): AsyncGenerator<Uint8Array> {
  if (npz === null) return;
  let skip = npz.sizeOf(name) - baseFaces * rowBytes;
  for await (const chunk of npz.chunks(name)) {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}

function* notANumber(bytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes; at += BUFFER_BYTES) {
    yield new Uint8Array(new Float32Array(Math.min(BUFFER_BYTES, bytes - at) / 4).fill(Number.NaN).buffer);
  }
}

async function addImageIndex(builder: NpzBuilder, { state }: FoldInput): Promise<void> {
  await builder.add(encodeMember(IMAGE_INDEX, { data: imageIndexOf(state), dtype: '<i4' }, false));
}

async function addImages(builder: NpzBuilder, { images }: CacheState): Promise<void> {
  // A member's size is written before its content; JSON twice is cheaper than all of it in memory.
  let size = 0;
  for (const image of images) size += Buffer.byteLength(formatImageRecord(image), 'utf8') + 1;
  const lines = async function* () {
    for (let at = 0; at < images.length; at += LINES_AT_ONCE) {
      const block = images.slice(at, at + LINES_AT_ONCE);
      yield Buffer.from(block.map((image) => `${formatImageRecord(image)}\n`).join(''), 'utf8');
    }
  };
  await builder.addStream(IMAGES_FILE, size, buffered(new Uint8Array(0), lines()));
}

/** Joins small pieces to large ones, so that the disk is not asked for each. */
async function* buffered(first: Uint8Array, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  buffer.set(first);
  let filled = first.length;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + buffer.length - filled);
      buffer.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === buffer.length) {
        yield buffer;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
