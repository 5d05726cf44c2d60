import { createHash } from 'node:crypto';
import { FLOAT_MEMBERS, IMAGE_INDEX, IMAGES_FILE, META_FILE, rowShapeOf } from './cache-layout.js';
import { parseMeta, type StoredMeta } from './cache-meta.js';
import { CacheFormatError } from './errors.js';
import { type ImageRecord, parseImageRecord } from './image-record.js';
import { NPY_HEADER_PREFIX, type ParsedNpyHeader, parseNpyHeader } from './npy-header.js';
import type { NpzReader } from './npz-file.js';

/** What a cache's `.npz` says apart from its arrays. */
export interface CacheBase {
  /** Its `meta.json`. */
  meta: StoredMeta;
  /** Its images in order. */
  images: ImageRecord[];
  /** For each image, its first face. */
  firstFace: number[];
  /** Number of faces. */
  faces: number;
}

/** Identity of a `.npz`'s content: the directory holds the size and CRC of every member. */
export function fingerprintOf(directoryBytes: Uint8Array): string {
  return createHash('sha256').update(directoryBytes).digest('hex');
}

/** More than the settings of any cache take; ranges of enriched rows are the bulk of it. */
const MAX_META_BYTES = 64 * 2 ** 20;

/**
 * Reads and checks everything of a cache but its arrays' data.
 *
 * @param npz the open file
 * @param path its name, for messages
 * @throws CacheFormatError when it is a sound `.npz` but no face cache
 */
export async function readCacheBase(npz: NpzReader, path: string): Promise<CacheBase> {
  for (const name of [META_FILE, IMAGES_FILE, IMAGE_INDEX]) {
    if (!npz.names.includes(name)) {
      throw new CacheFormatError(`${path} is a .npz, but no face cache: it has no ${name}`);
    }
  }
  if (npz.sizeOf(META_FILE) > MAX_META_BYTES)
    throw new CacheFormatError(`${path}: meta.json is impossibly large`);
  const meta = parseMeta(new TextDecoder().decode(await npz.readBytes(META_FILE)), path);
  const faces = await readArrayHeaders(npz, path, meta);
  const images: ImageRecord[] = [];
  for await (const line of readLines(npz, IMAGES_FILE)) {
    images.push(parseImageRecord(line, `${path}: ${IMAGES_FILE} line ${images.length + 1}`));
  }
  if ((meta.enriched_rows?.at(-1)?.[1] ?? 0) > faces) {
    throw new CacheFormatError(`${path}: meta.json says that faces were enriched that are not there`);
  }
  const index = (await npz.read(IMAGE_INDEX)).data as Int32Array;
  return { meta, images, firstFace: firstFaces(index, images.length, path), faces };
}

function firstFaces(imageIndex: Int32Array, images: number, path: string): number[] {
  const first: number[] = [];
  for (let face = 0; face < imageIndex.length; face++) {
    const image = imageIndex[face];
    if (image < (face > 0 ? imageIndex[face - 1] : 0) || image >= images) {
      throw new CacheFormatError(
        `${path}: ${IMAGE_INDEX} must ascend and stay below ${images}; face ${face} has ${image}`,
      );
    }
    while (first.length <= image) first.push(face);
  }
  while (first.length < images) first.push(imageIndex.length);
  return first;
}

async function readArrayHeaders(npz: NpzReader, path: string, meta: StoredMeta): Promise<number> {
  const faces = (await readArrayHeader(npz, IMAGE_INDEX)).shape[0] ?? 0;
  const enriched = meta.enriched_rows !== undefined;
  const expected = FLOAT_MEMBERS.filter((member) => enriched || member.place !== 'enrichment').map(
    (member) => ({
      name: member.name,
      dtype: '<f4',
      shape: [faces, ...rowShapeOf(member, meta.embedding_dim)],
    }),
  );
  for (const { name, dtype, shape } of [...expected, { name: IMAGE_INDEX, dtype: '<i4', shape: [faces] }]) {
    if (!npz.names.includes(name))
      throw new CacheFormatError(`${path} is no whole face cache: it has no ${name}`);
    const found = await readArrayHeader(npz, name);
    const fits = found.dtype === dtype && found.shape.join() === shape.join();
    if (!fits || (found.fortranOrder && shape.length > 1)) {
      throw new CacheFormatError(
        `${path}: ${name} is ${found.dtype} (${found.shape.join(', ')})${found.fortranOrder ? ' in Fortran order' : ''}, expected ${dtype} (${shape.join(', ')}) in C order`,
      );
    }
  }
  return faces;
}

async function readArrayHeader(npz: NpzReader, name: string): Promise<ParsedNpyHeader> {
  const size = npz.sizeOf(name);
  const header = parseNpyHeader(await npz.readPrefix(name, Math.min(size, NPY_HEADER_PREFIX)));
  return header;
}

/** The lines of a text member, without ever holding the whole text. */
async function* readLines(npz: NpzReader, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new CacheFormatError(`${name} is not valid UTF-8`);
    }
  };
  let rest: Uint8Array[] = [];
  for await (const chunk of npz.chunks(name)) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, at);
      yield decode(rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.slice(from));
  }
  if (rest.length > 0) yield decode(Buffer.concat(rest));
}
