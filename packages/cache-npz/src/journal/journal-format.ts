import { crc32 } from 'node:zlib';
import { CacheFormatError } from '../errors.js';
import {
  ATTRIBUTE_FLOATS,
  ENRICHMENT_FLOATS,
  type Enrichment,
  type FaceRow,
} from '../format/cache-layout.js';
import { type CacheMeta, parseMeta } from '../format/cache-meta.js';
import { formatImageRecord, type ImageRecord, parseImageRecord } from '../format/image-record.js';

// A journal is a magic, then records: length of the payload (u32), its CRC-32 (u32), payload. A payload is its
// type (u32) and a body; numbers are little-endian and floats begin at a multiple of 4 within the record.
// docs/cache-format.md describes the bodies.

/** First bytes of a journal; the last but one is its format version. */
export const JOURNAL_MAGIC = Uint8Array.from([0x93, 0x46, 0x53, 0x4a, 0x52, 0x4e, 0x01, 0x0a]); // \x93FSJRN\x01\n
/** Bytes before a record's payload. */
export const FRAME_BYTES = 8;
/** No payload is longer: the faces of one image at most. */
export const MAX_PAYLOAD_BYTES = 2 ** 30;
/** The magic and the header record together are shorter than this. */
export const MAX_HEADER_BYTES = 2 ** 16;

/** Kinds of record, by the number that stands in the file. */
export const RecordType = { header: 1, image: 2, update: 3, enrichment: 4, meta: 5, folded: 6 } as const;

/** First record of a journal: what it continues. */
export interface JournalHeader {
  /** Fingerprint of the `.npz` that the records come on top of; `null` where there was none yet. */
  base: string | null;
  /** Its `meta.json`, or what that will be. */
  meta: CacheMeta;
}

/** Where in an image record's payload things lie. */
export interface ImageLayout {
  /** Index of the image. */
  image: number;
  /** Number of its faces. */
  faces: number;
  /** Length of an embedding. */
  dim: number;
  /** Length in bytes of the image's JSON, which begins at offset 20. */
  jsonLength: number;
  /** Offset of bbox, kps, det_score and blur of each face in turn. */
  attributesAt: number;
  /** Offset of the embeddings of each face in turn. */
  embeddingsAt: number;
}

/** Offset of an image's JSON in the payload. */
const IMAGE_JSON_AT = 20;

function frame(type: number, bodyLength: number): { record: Uint8Array; view: DataView; body: number } {
  const record = new Uint8Array(FRAME_BYTES + 4 + bodyLength);
  const view = new DataView(record.buffer);
  view.setUint32(0, 4 + bodyLength, true);
  view.setUint32(FRAME_BYTES, type, true);
  return { record, view, body: FRAME_BYTES + 4 };
}

function seal(record: Uint8Array): Uint8Array {
  new DataView(record.buffer).setUint32(4, crc32(record.subarray(FRAME_BYTES)), true);
  return record;
}

function textRecord(type: number, text: string, index?: number): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const head = index === undefined ? 0 : 4;
  const { record, view, body } = frame(type, head + bytes.length);
  if (index !== undefined) view.setUint32(body, index, true);
  record.set(bytes, body + head);
  return seal(record);
}

/** Encodes a journal's header record. */
export function encodeHeader(header: JournalHeader): Uint8Array {
  return textRecord(RecordType.header, JSON.stringify(header));
}

/** Encodes an added image with its faces, whose lengths the caller has checked. */
export function encodeImage(
  image: number,
  imageRecord: ImageRecord,
  faces: readonly FaceRow[],
  dim: number,
): Uint8Array {
  const json = Buffer.from(formatImageRecord(imageRecord), 'utf8');
  const padded = Math.ceil(json.length / 4) * 4;
  const floats = faces.length * (ATTRIBUTE_FLOATS + dim);
  const { record, view, body } = frame(RecordType.image, 16 + padded + floats * 4);
  view.setUint32(body, image, true);
  view.setUint32(body + 4, faces.length, true);
  view.setUint32(body + 8, dim, true);
  view.setUint32(body + 12, json.length, true);
  record.set(json, body + 16);
  const attributes = new Float32Array(record.buffer, body + 16 + padded, faces.length * ATTRIBUTE_FLOATS);
  const embeddings = new Float32Array(
    record.buffer,
    attributes.byteOffset + attributes.byteLength,
    faces.length * dim,
  );
  faces.forEach((face, i) => {
    const at = i * ATTRIBUTE_FLOATS;
    attributes.set(face.bbox, at);
    attributes.set(face.kps, at + 4);
    attributes[at + 14] = face.detScore;
    attributes[at + 15] = face.blur;
    embeddings.set(face.embedding, i * dim);
  });
  return seal(record);
}

/** Encodes an image's new record, whole. */
export function encodeUpdate(image: number, record: ImageRecord): Uint8Array {
  return textRecord(RecordType.update, formatImageRecord(record), image);
}

/** Encodes a face's landmarks and pose; `null` becomes NaN. */
export function encodeEnrichment(face: number, enrichment: Enrichment): Uint8Array {
  const { record, view, body } = frame(RecordType.enrichment, 4 + ENRICHMENT_FLOATS * 4);
  view.setUint32(body, face, true);
  const floats = new Float32Array(record.buffer, body + 4, ENRICHMENT_FLOATS).fill(Number.NaN);
  if (enrichment.landmark2d106 !== null) floats.set(enrichment.landmark2d106, 0);
  if (enrichment.landmark3d68 !== null) floats.set(enrichment.landmark3d68, 212);
  if (enrichment.pose !== null) floats.set(enrichment.pose, 416);
  return seal(record);
}

/** Encodes a change of `meta.json`. */
export function encodeMetaChange(meta: CacheMeta): Uint8Array {
  return textRecord(RecordType.meta, JSON.stringify(meta));
}

/** Encodes the mark that everything before it is contained in the `.npz` with this fingerprint. */
export function encodeFolded(fingerprint: string): Uint8Array {
  return textRecord(RecordType.folded, fingerprint);
}

/** The payload of a record at an offset in some bytes, or `null` where there is no whole and sound record. */
export function payloadAt(bytes: Uint8Array, at: number): Uint8Array | null {
  if (at + FRAME_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at, true);
  const end = at + FRAME_BYTES + length;
  // A length of 0 is what a disk that lost its power leaves behind, with a CRC of 0 that would even be right.
  if (length < 4 || length > MAX_PAYLOAD_BYTES || end > bytes.length) return null;
  const payload = bytes.subarray(at + FRAME_BYTES, end);
  return crc32(payload) === view.getUint32(at + 4, true) ? payload : null;
}

function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** Type of a payload. */
export function typeOf(payload: Uint8Array): number {
  return viewOf(payload).getUint32(0, true);
}

function textOf(payload: Uint8Array, start = 4, end = payload.length): string {
  return Buffer.from(payload.buffer, payload.byteOffset + start, end - start).toString('utf8');
}

/** Reads a header record's payload. */
export function decodeHeader(payload: Uint8Array, where: string): JournalHeader {
  let header: JournalHeader;
  try {
    header = JSON.parse(textOf(payload));
  } catch {
    throw new CacheFormatError(`${where}: the header is not JSON`);
  }
  if (header?.base !== null && typeof header?.base !== 'string') {
    throw new CacheFormatError(`${where}: the header does not say what it continues`);
  }
  return { base: header.base, meta: parseMeta(JSON.stringify(header.meta), where) };
}

/** Reads where things lie in an image record's payload. */
export function imageLayout(payload: Uint8Array, where: string): ImageLayout {
  const view = viewOf(payload);
  if (payload.length < IMAGE_JSON_AT) throw new CacheFormatError(`${where} is too short`);
  const faces = view.getUint32(8, true);
  const dim = view.getUint32(12, true);
  const jsonLength = view.getUint32(16, true);
  const attributesAt = IMAGE_JSON_AT + Math.ceil(jsonLength / 4) * 4;
  const embeddingsAt = attributesAt + faces * ATTRIBUTE_FLOATS * 4;
  if (embeddingsAt + faces * dim * 4 !== payload.length) {
    throw new CacheFormatError(
      `${where}: ${faces} faces of ${dim} numbers do not fit ${payload.length} bytes`,
    );
  }
  return { image: view.getUint32(4, true), faces, dim, jsonLength, attributesAt, embeddingsAt };
}

/** Reads the image's record from an image record's payload. */
export function decodeImage(payload: Uint8Array, layout: ImageLayout, where: string): ImageRecord {
  return parseImageRecord(textOf(payload, IMAGE_JSON_AT, IMAGE_JSON_AT + layout.jsonLength), where, null);
}

/** Reads an update record's payload. */
export function decodeUpdate(payload: Uint8Array, where: string): { image: number; record: ImageRecord } {
  if (payload.length < 8) throw new CacheFormatError(`${where} is too short`);
  return {
    image: viewOf(payload).getUint32(4, true),
    record: parseImageRecord(textOf(payload, 8), where, null),
  };
}

/** Reads which face an enrichment record is for; its floats begin at offset 8 of the payload. */
export function decodeEnrichedFace(payload: Uint8Array, where: string): number {
  if (payload.length !== 8 + ENRICHMENT_FLOATS * 4) throw new CacheFormatError(`${where} has a wrong length`);
  return viewOf(payload).getUint32(4, true);
}

/** Reads the text of a meta or folded record. */
export function decodeText(payload: Uint8Array): string {
  return textOf(payload);
}
