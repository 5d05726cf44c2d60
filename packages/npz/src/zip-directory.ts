import { NpzFormatError } from './npz-errors.js';
import {
  CENTRAL_HEADER_BYTES,
  DEFLATED,
  type DirectoryPlace,
  END_BYTES,
  END64_BYTES,
  END64_LOCATOR_BYTES,
  findEndRecord,
  LOCAL_HEADER_BYTES,
  parseDirectory,
  parseEnd64,
  parseEnd64Locator,
  parseLocalHeader,
  STORED,
  type ZipEntry,
} from './zip-records.js';

/** A piece of the file that a reading step asks for. */
export interface ByteRange {
  /** Offset of the first byte in the file. */
  offset: number;
  /** Number of bytes; the range always lies within the file. */
  length: number;
}

/**
 * A computation that asks for pieces of a file one after the other and does no I/O itself, so that the same
 * code reads from memory at once and from a disk asynchronously.
 */
export type ReadSteps<T> = Generator<ByteRange, T, Uint8Array>;

/** What the directory of a zip file says. */
export interface ZipDirectory {
  /** The entries, in the directory's order. */
  entries: ZipEntry[];
  /** The directory's bytes: they hold every member's size and CRC, so they identify the file's content. */
  bytes: Uint8Array;
}

const MAX_COMMENT_BYTES = 0xffff;
/** Room for over 500,000 members; a `.npz` has a handful. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;
/** No deflate stream inflates to more than this many times its length (258 bytes from 2 bits). */
const MAX_INFLATION = 1032;

/**
 * Reads and checks a zip file's directory: every entry lies within the file and overlaps no other, uses a method
 * that is read, and claims no more than its compressed bytes can hold.
 *
 * @param fileSize length of the file in bytes
 * @throws NpzFormatError when it is not so
 */
export function* readDirectory(fileSize: number): ReadSteps<ZipDirectory> {
  const place = yield* findDirectory(fileSize);
  const { offset, size, count } = place;
  if (size > MAX_DIRECTORY_BYTES || count * CENTRAL_HEADER_BYTES > size) {
    throw new NpzFormatError(`impossible zip directory: ${count} entries in ${size} bytes`);
  }
  const bytes = yield { offset, length: size };
  const entries = parseDirectory(bytes, count);
  checkEntries(entries, offset);
  return { entries, bytes };
}

function* findDirectory(fileSize: number): ReadSteps<DirectoryPlace> {
  const tailLength = Math.min(fileSize, END_BYTES + MAX_COMMENT_BYTES);
  const tail = yield { offset: fileSize - tailLength, length: tailLength };
  const end = findEndRecord(tail);
  const endOffset = fileSize - tailLength + end.at;
  let place: DirectoryPlace = end;
  let placeEnd = endOffset;
  if (endOffset >= END64_LOCATOR_BYTES) {
    const at64 = parseEnd64Locator(
      yield { offset: endOffset - END64_LOCATOR_BYTES, length: END64_LOCATOR_BYTES },
    );
    if (at64 !== null) {
      if (at64 + END64_BYTES + END64_LOCATOR_BYTES !== endOffset) {
        throw new NpzFormatError('the zip64 end record is not where its locator says');
      }
      place = parseEnd64(yield { offset: at64, length: END64_BYTES });
      placeEnd = at64;
    } else if (end.needs64) {
      throw new NpzFormatError('the zip64 end record is missing');
    }
  }
  if (place.offset + place.size !== placeEnd) {
    throw new NpzFormatError(
      `the zip directory is not where its end record says: it ends at ${place.offset + place.size}, expected ${placeEnd}`,
    );
  }
  return place;
}

function checkEntries(entries: readonly ZipEntry[], limit: number): void {
  const names = new Set<string>();
  for (const { name, method, size, compressedSize } of entries) {
    if (names.has(name)) throw new NpzFormatError(`member "${name}" occurs twice`);
    names.add(name);
    if (method !== STORED && method !== DEFLATED) {
      throw new NpzFormatError(
        `member "${name}" uses compression method ${method}; stored (0) and deflated (8) are supported`,
      );
    }
    if (method === STORED && size !== compressedSize) {
      throw new NpzFormatError(`member "${name}" is stored, yet has ${compressedSize} bytes for ${size}`);
    }
    if (size > compressedSize * MAX_INFLATION) {
      throw new NpzFormatError(
        `member "${name}" claims ${size} bytes, more than ${compressedSize} can inflate to`,
      );
    }
  }
  let free = 0;
  for (const entry of entries.toSorted((a, b) => a.localOffset - b.localOffset)) {
    if (entry.localOffset < free) throw new NpzFormatError(`member "${entry.name}" overlaps another`);
    free = entry.localOffset + LOCAL_HEADER_BYTES + entry.name.length + entry.compressedSize;
  }
  if (free > limit)
    throw new NpzFormatError('a member reaches into the zip directory: the file is cut off or damaged');
}

/**
 * Finds where an entry's data begins.
 *
 * @param entry one of `entries`
 * @param directory the file's directory
 * @param fileSize length of the file in bytes
 */
export function* findData(entry: ZipEntry, fileSize: number): ReadSteps<number> {
  const { localOffset } = entry;
  const fixed = yield { offset: localOffset, length: LOCAL_HEADER_BYTES };
  const variable = fixed[26] + fixed[27] * 256 + fixed[28] + fixed[29] * 256;
  const length = Math.min(LOCAL_HEADER_BYTES + variable, fileSize - localOffset);
  const start = localOffset + parseLocalHeader(yield { offset: localOffset, length }, entry);
  if (start + entry.compressedSize > fileSize) throw new NpzFormatError(`member "${entry.name}" is cut off`);
  return start;
}

/** Runs reading steps on a file that is in memory. */
export function readFromMemory<T>(steps: ReadSteps<T>, file: Uint8Array): T {
  let step = steps.next();
  while (!step.done) {
    const { offset, length } = step.value;
    step = steps.next(file.subarray(offset, offset + length));
  }
  return step.value;
}
