import { CacheFormatError } from './errors.js';

/** What became of a photo: it has faces, it has none, or it could not be read. */
export type ImageStatus = 'faces' | 'noface' | 'error';

/** One distinct image content: a line of `images.jsonl`. */
export interface ImageRecord {
  /** Where the content was found first: the canonical file. */
  path: string;
  /** Other files with byte-identical content. */
  pathAliases: string[];
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
  /** Degrees by which the upright image had to be turned further, clockwise, before faces were found. */
  rotation?: number;
  /** The file is cut off; it was decoded as far as it goes. */
  truncated?: boolean;
  /** Fields of a later version, kept as they are. */
  extra?: Record<string, unknown>;
}

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
    rotation: record.rotation || undefined,
    truncated: record.truncated || undefined,
    ...record.extra,
  });
}

/**
 * Reads a line of `images.jsonl`.
 *
 * @param line JSON text
 * @param where where the line stands, for messages
 * @throws CacheFormatError when it is no JSON or a field is missing or of the wrong type
 */
export function parseImageRecord(line: string, where: string): ImageRecord {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CacheFormatError(`${where} is not JSON: ${line.slice(0, 60)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CacheFormatError(`${where} is not a JSON object`);
  }
  const { path, path_aliases, sha256, size, mtime, width, height, status, ...rest } = value;
  const { error, superseded, rotation, truncated, ...extra } = rest;
  const record: ImageRecord = {
    path: path as string,
    pathAliases: path_aliases as string[],
    sha256: sha256 as string,
    size: size as number,
    mtime: mtime as number,
    width: width as number,
    height: height as number,
    status: status as ImageStatus,
  };
  if (error !== undefined) record.error = error as string;
  if (superseded !== undefined) record.superseded = superseded as boolean;
  if (rotation !== undefined) record.rotation = rotation as number;
  if (truncated !== undefined) record.truncated = truncated as boolean;
  if (Object.keys(extra).length > 0) record.extra = extra;
  const wrong = wrongField(record);
  if (wrong !== null) throw new CacheFormatError(`${where}: ${wrong}`);
  return record;
}

/** Says which field of a record is not as it must be, or `null` when all are. */
export function wrongField(record: ImageRecord): string | null {
  const text = (value: unknown) => typeof value === 'string';
  const optional = (value: unknown, type: string) => value === undefined || typeof value === type;
  const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!text(record.path) || record.path === '') return 'path must be a text of at least one character';
  if (!Array.isArray(record.pathAliases) || !record.pathAliases.every(text))
    return 'path_aliases must be texts';
  if (!text(record.sha256) || !/^([0-9a-f]{64})?$/.test(record.sha256)) {
    return 'sha256 must be 64 hexadecimal digits in lower case, or empty';
  }
  if (!whole(record.size)) return 'size must be a whole number of bytes';
  if (typeof record.mtime !== 'number' || !Number.isFinite(record.mtime)) return 'mtime must be a number';
  if (!whole(record.width) || !whole(record.height))
    return 'width and height must be whole numbers of pixels';
  if (!STATUSES.includes(record.status)) return `status must be one of ${STATUSES.join(', ')}`;
  if (!optional(record.error, 'string')) return 'error must be a text';
  if (!optional(record.superseded, 'boolean')) return 'superseded must be true or false';
  if (!optional(record.rotation, 'number')) return 'rotation must be a number of degrees';
  if (!optional(record.truncated, 'boolean')) return 'truncated must be true or false';
  return null;
}
