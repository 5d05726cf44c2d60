import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { NPY_HEADER_PREFIX, type ParsedNpyHeader, parseNpyHeader } from '@face-sets/npz';
import type { NpzReader } from '@face-sets/npz/file';
import { CacheFormatError } from '../errors.js';
import { FLOAT_MEMBERS, IMAGE_INDEX, IMAGES_FILE, META_FILE, rowShapeOf } from './cache-layout.js';
import { parseMeta, type StoredMeta } from './cache-meta.js';
import { type ImageRecord, parseImageRecord } from './image-record.js';

/** What a cache's `.npz` says of its arrays. */
export interface CacheHead {
  /** Its `meta.json`. */
  meta: StoredMeta;
  /** Number of faces. */
  faces: number;
}

/** What a cache's `.npz` says apart from its float arrays. */
export interface CacheBase extends CacheHead {
  /** Its images in order. */
  images: ImageRecord[];
  /** For each image, its first face. */
  firstFace: number[];
}

/** Identity of a `.npz`'s content: the directory holds the size and CRC of every member. */
export function fingerprintOf(directoryBytes: Uint8Array): string {
  return createHash('sha256').update(directoryBytes).digest('hex');
}

/** More than the settings of any cache take; ranges of enriched rows are the bulk of it. */
const MAX_META_BYTES = 64 * 2 ** 20;

/**
 * Reads a cache's settings and checks that its arrays are all there, in the right types and shapes.
 *
 * @param npz the open file
 * @param path its name, for messages
 * @throws CacheFormatError when it is a valid `.npz` but not a face cache
 */
export async function readCacheHead(npz: NpzReader, path: string): Promise<CacheHead> {
  for (const name of [META_FILE, IMAGES_FILE, IMAGE_INDEX]) {
    if (!npz.names.includes(name)) {
      throw new CacheFormatError(`${path} is a .npz file, but not a face cache: it has no ${name}`);
    }
  }
  if (npz.sizeOf(META_FILE) > MAX_META_BYTES)
    throw new CacheFormatError(`${path}: meta.json is impossibly large`);
  const meta = parseMeta(new TextDecoder().decode(await npz.readBytes(META_FILE)), path);
  const faces = await readArrayHeaders(npz, path, meta);
  if ((meta.enriched_rows?.at(-1)?.[1] ?? 0) > faces) {
    throw new CacheFormatError(`${path}: meta.json lists enriched faces that do not exist`);
  }
  return { meta, faces };
}

/** Reads and checks a cache's images and which faces are in them. */
export async function readCacheImages(npz: NpzReader, path: string, head: CacheHead): Promise<CacheBase> {
  const images: ImageRecord[] = [];
  for await (const lines of readLines(npz, IMAGES_FILE)) {
    for (const line of lines) images.push(parseImageRecord(line, path, images.length + 1));
  }
  const index = (await npz.read(IMAGE_INDEX)).data as Int32Array;
  return { ...head, images, firstFace: firstFaces(index, images.length, path) };
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
      throw new CacheFormatError(`${path} is not a complete face cache: it has no ${name}`);
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

/** The lines of a text member, many at a time, without ever holding the whole text. */
async function* readLines(npz: NpzReader, name: string): AsyncGenerator<string[]> {
  let rest: Uint8Array[] = [];
  for await (const chunk of npz.chunks(name)) {
    const end = chunk.lastIndexOf(10) + 1;
    if (end === 0) {
      rest.push(chunk.slice());
      continue;
    }
    // One conversion for many lines: far cheaper than one for each.
    yield decodeUtf8(Buffer.concat([...rest, chunk.subarray(0, end - 1)]), name).split('\n');
    rest = [chunk.slice(end)];
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield [decodeUtf8(last, name)];
}

function decodeUtf8(bytes: Buffer, name: string): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new CacheFormatError(`${name} is not valid UTF-8`);
  return bytes.toString('utf8');
}
