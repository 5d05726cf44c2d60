import { latin1FromBytes } from './bytes.js';
import { NpzFormatError } from './npz-errors.js';

// Layouts and numbers from PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.

/** Compression method of an entry that lies in the file as it is. */
export const STORED = 0;
/** Compression method of a raw deflate stream. */
export const DEFLATED = 8;

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
export const END64 = 0x06064b50;
export const END64_LOCATOR = 0x07064b50;

/** Length of a local header without name and extra field. */
export const LOCAL_HEADER_BYTES = 30;
/** Length of a central directory header without name, extra field and comment. */
export const CENTRAL_HEADER_BYTES = 46;
/** Length of the end record without its comment. */
export const END_BYTES = 22;
/** Length of the zip64 locator, which lies directly before the end record. */
export const END64_LOCATOR_BYTES = 20;
/** Length of the zip64 end record as read here. */
export const END64_BYTES = 56;

export const MAX16 = 0xffff;
export const MAX32 = 0xffffffff;
export const ZIP64_EXTRA = 1;

/** One entry of a zip file as its central directory describes it. */
export interface ZipEntry {
  /** Name as stored, for example `embedding.npy`. */
  name: string;
  /** {@link STORED} or {@link DEFLATED}. */
  method: number;
  /** CRC-32 of the uncompressed bytes. */
  crc: number;
  /** Bytes in the file. */
  compressedSize: number;
  /** Bytes once inflated. */
  size: number;
  /** Where the entry's local header begins in the file. */
  localOffset: number;
  /** Unix permissions for tools that unpack the member; without, the directory has none. Only written, never read. */
  mode?: number;
}

/** Where the central directory lies. */
export interface DirectoryPlace {
  /** Offset of its first byte in the file. */
  offset: number;
  /** Its length in bytes. */
  size: number;
  /** Number of entries. */
  count: number;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function u64(view: DataView, offset: number): number {
  const value = view.getBigUint64(offset, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new NpzFormatError(`impossible size or offset ${value}`);
  return Number(value);
}

/** An end record and where it lies in the bytes it was found in. */
export interface EndRecord extends DirectoryPlace {
  /** Index of its first byte in the tail that was searched. */
  at: number;
  /** Whether a field overflowed, so that the zip64 end record has the true values. */
  needs64: boolean;
}

/**
 * Finds the end record in the last bytes of a file.
 *
 * @param tail the file's last bytes; 65,557 reach any end record
 * @throws NpzFormatError when there is none: the file is not a zip, or it is cut off
 */
export function findEndRecord(tail: Uint8Array): EndRecord {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) !== tail.length) continue;
    const count = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    const disks = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
    if (disks.some((disk) => disk !== 0 && disk !== MAX16) || view.getUint16(at + 8, true) !== count) {
      throw new NpzFormatError('the zip is one volume of several, which is not supported');
    }
    return { at, count, size, offset, needs64: count === MAX16 || size === MAX32 || offset === MAX32 };
  }
  throw new NpzFormatError('not a zip file, or cut off: it has no zip end record');
}

/** Reads the zip64 locator; returns the offset of the zip64 end record, or `null` where there is no locator. */
export function parseEnd64Locator(bytes: Uint8Array): number | null {
  const view = viewOf(bytes);
  if (bytes.length < END64_LOCATOR_BYTES || view.getUint32(0, true) !== END64_LOCATOR) return null;
  return u64(view, 8);
}

/** Reads the zip64 end record. */
export function parseEnd64(bytes: Uint8Array): DirectoryPlace {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== END64) throw new NpzFormatError('the zip64 end record is missing');
  if (view.getUint32(16, true) !== 0 || view.getUint32(20, true) !== 0) {
    throw new NpzFormatError('the zip is one volume of several, which is not supported');
  }
  return { count: u64(view, 32), size: u64(view, 40), offset: u64(view, 48) };
}

/**
 * Reads the central directory.
 *
 * @param bytes exactly the directory
 * @param count number of entries that the end record promises
 */
export function parseDirectory(bytes: Uint8Array, count: number): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_HEADER_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw new NpzFormatError(`the zip directory is damaged at entry ${i} of ${count}`);
    }
    const nameEnd = at + CENTRAL_HEADER_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > bytes.length)
      throw new NpzFormatError(`the zip directory is cut off in entry ${i} of ${count}`);
    const flags = view.getUint16(at + 8, true);
    const name = decodeName(bytes.subarray(at + CENTRAL_HEADER_BYTES, nameEnd), flags);
    const sizes = zip64Fields(bytes.subarray(nameEnd, extraEnd), name, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    checkFlags(flags, name);
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      size: sizes[0],
      compressedSize: sizes[1],
      localOffset: sizes[2],
    });
    at = end;
  }
  if (at !== bytes.length)
    throw new NpzFormatError(`the zip directory has ${bytes.length - at} bytes too many`);
  return entries;
}

function decodeName(bytes: Uint8Array, flags: number): string {
  return flags & 0x800 ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : latin1FromBytes(bytes);
}

function checkFlags(flags: number, name: string): void {
  if (flags & 0x2041) throw new NpzFormatError(`member "${name}" is encrypted, which is not supported`);
  if (flags & 0x20) throw new NpzFormatError(`member "${name}" is patched data, which is not supported`);
}

/** Replaces the 32-bit fields that overflowed by those of the zip64 extra field, which has them in this order. */
function zip64Fields(extra: Uint8Array, name: string, fields: number[]): number[] {
  if (!fields.includes(MAX32)) return fields;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === ZIP64_EXTRA) {
      let next = at + 4;
      const end = Math.min(next + length, extra.length);
      return fields.map((field) => {
        if (field !== MAX32) return field;
        if (next + 8 > end) throw new NpzFormatError(`member "${name}" has a zip64 field that is cut off`);
        next += 8;
        return u64(view, next - 8);
      });
    }
    at += 4 + length;
  }
  // Without the extra field, 0xffffffff is the size itself.
  return fields;
}

/**
 * Checks a local header against the directory's entry and returns its length: what the two say must agree, or
 * one of them was tampered with.
 *
 * @param bytes local header with name and extra field; {@link localHeaderBytes} says how long it may be
 */
export function parseLocalHeader(bytes: Uint8Array, entry: ZipEntry): number {
  const { name } = entry;
  const view = viewOf(bytes);
  if (bytes.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL) {
    throw new NpzFormatError(`member "${name}" is not where the zip directory says`);
  }
  const nameEnd = LOCAL_HEADER_BYTES + view.getUint16(26, true);
  const end = nameEnd + view.getUint16(28, true);
  if (end > bytes.length) throw new NpzFormatError(`the local header of member "${name}" is cut off`);
  const flags = view.getUint16(6, true);
  checkFlags(flags, name);
  const same =
    decodeName(bytes.subarray(LOCAL_HEADER_BYTES, nameEnd), flags) === name &&
    view.getUint16(8, true) === entry.method;
  // Bit 3: sizes and CRC follow the data, so the local header has none.
  const streamed = (flags & 8) !== 0;
  const sizes = zip64Fields(bytes.subarray(nameEnd, end), name, [
    view.getUint32(22, true),
    view.getUint32(18, true),
  ]);
  const agree =
    streamed ||
    (sizes[0] === entry.size && sizes[1] === entry.compressedSize && view.getUint32(14, true) === entry.crc);
  if (!same || !agree) {
    throw new NpzFormatError(`the local header of member "${name}" contradicts the zip directory`);
  }
  return end;
}
