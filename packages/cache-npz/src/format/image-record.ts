import { CacheFormatError } from '../errors.js';

/** The result for a photo: it has faces, it has none, or it could not be read. */
export type ImageStatus = 'faces' | 'noface' | 'error';

/** One distinct image content: a line of `images.jsonl`. */
export interface ImageRecord {
  /** Where the content was found first: the canonical file. */
  path: string;
  /** Other files with byte-identical content. */
  pathAliases: string[];
  /**
   * Time of last change of each file of `pathAliases`, in that order, in milliseconds since the epoch. Absent where
   * it is not known.
   */
  aliasMtimes?: number[];
  /** SHA-256 of the file's bytes in hexadecimal; empty where the file could not be read. */
  sha256: string;
  /** Length of the file in bytes. */
  size: number;
  /** Time of last change of the file at `path`, in milliseconds since the epoch. */
  mtime: number;
  /** Width in pixels of the upright image; 0 where it could not be decoded. */
  width: number;
  /** Height in pixels of the upright image; 0 where it could not be decoded. */
  height: number;
  /** What became of it. */
  status: ImageStatus;
  /** Why it could not be read; only with status `error`. */
  error?: string;
  /** The content is no longer at its path (the file was changed): consumers leave the image out. */
  superseded?: boolean;
  /**
   * Degrees by which the upright image had to be turned further, clockwise, before faces were found; 0 where it was
   * looked at turned and is best as it is, absent where it was not looked at turned.
   */
  rotation?: number;
  /** The file is cut off; it was decoded as far as it goes. */
  truncated?: boolean;
  /** Fields of a later version, kept as they are. */
  extra?: Record<string, unknown>;
}

/**
 * A line without aliases, rare fields or escapes, which nearly all lines are: taken apart by this expression
 * it costs half of what JSON.parse and the checks do, and a large cache has a million of them.
 */
const PLAIN_LINE =
  /^\{"path":"([^"\\]+)","path_aliases":\[\],"sha256":"([0-9a-f]{64})","size":(\d{1,15}),"mtime":(\d{1,15}(?:\.\d{1,15})?),"width":(\d{1,15}),"height":(\d{1,15}),"status":"(faces|noface)"(?:,"rotation":(0|90|180|270))?\}$/;

const REQUIRED_KEYS = 8;
const OPTIONAL_KEYS = ['error', 'superseded', 'rotation', 'truncated'] as const;
const ALL_KEYS: readonly string[] = [
  ...['path', 'path_aliases', 'sha256', 'size', 'mtime', 'width', 'height', 'status'],
  ...OPTIONAL_KEYS,
  'alias_mtimes',
];
const STATUSES: readonly string[] = ['faces', 'noface', 'error'];

/** Writes a record as a line of `images.jsonl` (without the line feed), its keys always in the same order. */
export function formatImageRecord(record: ImageRecord): string {
  return JSON.stringify({
    path: record.path,
    path_aliases: record.pathAliases,
    sha256: record.sha256,
    size: record.size,
    mtime: record.mtime,
    width: record.width,
    height: record.height,
    status: record.status,
    error: record.error,
    superseded: record.superseded || undefined,
    rotation: record.rotation,
    truncated: record.truncated || undefined,
    alias_mtimes: record.aliasMtimes?.length ? record.aliasMtimes : undefined,
    ...record.extra,
  });
}

/**
 * Reads a line of `images.jsonl`.
 *
 * @param line JSON text
 * @param file where the line stands, for messages
 * @param number the line's number, or `null` where lines are not counted
 * @throws CacheFormatError when it is not JSON, or a field is missing or of the wrong type
 */
export function parseImageRecord(line: string, file: string, number: number | null): ImageRecord {
  const where = () => (number === null ? file : `${file}: images.jsonl line ${number}`);
  const plain = PLAIN_LINE.exec(line);
  if (plain !== null) {
    return {
      path: plain[1],
      pathAliases: [],
      sha256: plain[2],
      size: Number(plain[3]),
      mtime: Number(plain[4]),
      width: Number(plain[5]),
      height: Number(plain[6]),
      status: plain[7] as ImageStatus,
      ...(plain[8] !== undefined && { rotation: Number(plain[8]) }),
    };
  }
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CacheFormatError(`${where()} is not JSON: ${line.slice(0, 60)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CacheFormatError(`${where()} is not a JSON object`);
  }
  // Field by field rather than by spreading the rest: a large cache has a million of these.
  const record = {
    path: value.path,
    pathAliases: value.path_aliases,
    sha256: value.sha256,
    size: value.size,
    mtime: value.mtime,
    width: value.width,
    height: value.height,
    status: value.status,
  } as ImageRecord;
  let known = REQUIRED_KEYS;
  for (const key of OPTIONAL_KEYS) {
    if (value[key] === undefined) continue;
    record[key] = value[key] as never;
    known++;
  }
  if (value.alias_mtimes !== undefined) {
    record.aliasMtimes = value.alias_mtimes as number[];
    known++;
  }
  if (Object.keys(value).length > known) record.extra = extraOf(value);
  const wrong = wrongField(record);
  if (wrong !== null) throw new CacheFormatError(`${where()}: ${wrong}`);
  return record;
}

function extraOf(value: Record<string, unknown>): Record<string, unknown> | undefined {
  const extra = Object.entries(value).filter(([key]) => !ALL_KEYS.includes(key));
  return extra.length > 0 ? Object.fromEntries(extra) : undefined;
}

const isText = (value: unknown) => typeof value === 'string';
const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isOptional = (value: unknown, type: string) => value === undefined || typeof value === type;
const SHA256 = /^(?:[0-9a-f]{64})?$/;

/** Says which field of a record is not as it must be, or `null` when all are. */
export function wrongField(record: ImageRecord): string | null {
  if (!isText(record.path) || record.path === '') return 'path must be a non-empty string';
  if (!Array.isArray(record.pathAliases) || !record.pathAliases.every(isText))
    return 'path_aliases must be strings';
  if (!isText(record.sha256) || !SHA256.test(record.sha256)) {
    return 'sha256 must be 64 hexadecimal digits in lower case, or empty';
  }
  if (!isWhole(record.size)) return 'size must be a whole number of bytes';
  if (typeof record.mtime !== 'number' || !Number.isFinite(record.mtime)) return 'mtime must be a number';
  if (!isWhole(record.width) || !isWhole(record.height))
    return 'width and height must be whole numbers of pixels';
  if (!STATUSES.includes(record.status)) return `status must be one of ${STATUSES.join(', ')}`;
  if (!isOptional(record.error, 'string')) return 'error must be a string';
  if (!isOptional(record.superseded, 'boolean')) return 'superseded must be true or false';
  if (!isOptional(record.rotation, 'number')) return 'rotation must be a number of degrees';
  if (!isOptional(record.truncated, 'boolean')) return 'truncated must be true or false';
  const { aliasMtimes } = record;
  if (aliasMtimes !== undefined) {
    const numbers = Array.isArray(aliasMtimes) && aliasMtimes.every(Number.isFinite);
    if (!numbers || aliasMtimes.length !== record.pathAliases.length) {
      return 'alias_mtimes must be one number for each of path_aliases';
    }
  }
  return null;
}
