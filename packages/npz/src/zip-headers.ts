import { concatBytes } from './bytes.js';
import {
  CENTRAL,
  CENTRAL_HEADER_BYTES,
  type DirectoryPlace,
  END,
  END_BYTES,
  END64,
  END64_BYTES,
  END64_LOCATOR,
  END64_LOCATOR_BYTES,
  LOCAL,
  LOCAL_HEADER_BYTES,
  MAX16,
  MAX32,
  viewOf,
  ZIP64_EXTRA,
  type ZipEntry,
} from './zip-records.js';

/** 1980-01-01 00:00, the earliest a zip can say: written always, so that equal content gives equal bytes. */
const DOS_DATE = 0x0021;
const MADE_BY_UNIX = 3 << 8;

function needs64(entry: ZipEntry): boolean {
  return entry.size >= MAX32 || entry.compressedSize >= MAX32;
}

/** Writes an entry's local header; with zip64 sizes where they do not fit 32 bits. */
export function formatLocalHeader(entry: ZipEntry): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const wide = needs64(entry);
  const bytes = new Uint8Array(LOCAL_HEADER_BYTES + name.length + (wide ? 20 : 0));
  const view = viewOf(bytes);
  view.setUint32(0, LOCAL, true);
  view.setUint16(4, wide ? 45 : 20, true);
  view.setUint16(6, nameFlag(entry.name), true);
  view.setUint16(8, entry.method, true);
  view.setUint16(12, DOS_DATE, true);
  view.setUint32(14, entry.crc, true);
  view.setUint32(18, wide ? MAX32 : entry.compressedSize, true);
  view.setUint32(22, wide ? MAX32 : entry.size, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, wide ? 20 : 0, true);
  bytes.set(name, LOCAL_HEADER_BYTES);
  if (wide) writeExtra64(view, LOCAL_HEADER_BYTES + name.length, [entry.size, entry.compressedSize]);
  return bytes;
}

function nameFlag(name: string): number {
  // Bit 11 says UTF-8; plain ASCII needs no flag, as NumPy writes it.
  return /^[\x20-\x7e]*$/.test(name) ? 0 : 0x800;
}

function writeExtra64(view: DataView, at: number, values: number[]): void {
  view.setUint16(at, ZIP64_EXTRA, true);
  view.setUint16(at + 2, values.length * 8, true);
  values.forEach((value, i) => {
    view.setBigUint64(at + 4 + i * 8, BigInt(value), true);
  });
}

/** Writes the central directory of entries in the order they lie in the file. */
export function formatDirectory(entries: readonly ZipEntry[]): Uint8Array {
  return concatBytes(entries.map(formatCentralHeader));
}

/**
 * Writes what follows the central directory: the end record, after zip64 records where a number needs them.
 *
 * @param place where the directory lies
 * @param unix whether any entry has Unix permissions
 */
export function formatEnd({ offset, size, count }: DirectoryPlace, unix: boolean): Uint8Array {
  const wide = count >= MAX16 || size >= MAX32 || offset >= MAX32;
  const end = new Uint8Array(END_BYTES);
  const view = viewOf(end);
  view.setUint32(0, END, true);
  view.setUint16(8, Math.min(count, MAX16), true);
  view.setUint16(10, Math.min(count, MAX16), true);
  view.setUint32(12, Math.min(size, MAX32), true);
  view.setUint32(16, Math.min(offset, MAX32), true);
  return wide ? concatBytes([formatEnd64({ offset, size, count }, unix), end]) : end;
}

function formatCentralHeader(entry: ZipEntry): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const sizes = needs64(entry);
  const far = entry.localOffset >= MAX32;
  const wide = [...(sizes ? [entry.size, entry.compressedSize] : []), ...(far ? [entry.localOffset] : [])];
  const extra = wide.length > 0 ? 4 + wide.length * 8 : 0;
  const bytes = new Uint8Array(CENTRAL_HEADER_BYTES + name.length + extra);
  const view = viewOf(bytes);
  const version = wide.length > 0 ? 45 : 20;
  view.setUint32(0, CENTRAL, true);
  view.setUint16(4, (entry.mode === undefined ? 0 : MADE_BY_UNIX) | version, true);
  view.setUint16(6, version, true);
  view.setUint16(8, nameFlag(entry.name), true);
  view.setUint16(10, entry.method, true);
  view.setUint16(14, DOS_DATE, true);
  view.setUint32(16, entry.crc, true);
  view.setUint32(20, sizes ? MAX32 : entry.compressedSize, true);
  view.setUint32(24, sizes ? MAX32 : entry.size, true);
  view.setUint16(28, name.length, true);
  view.setUint16(30, extra, true);
  view.setUint32(38, ((entry.mode ?? 0) << 16) >>> 0, true);
  view.setUint32(42, far ? MAX32 : entry.localOffset, true);
  bytes.set(name, CENTRAL_HEADER_BYTES);
  if (extra > 0) writeExtra64(view, CENTRAL_HEADER_BYTES + name.length, wide);
  return bytes;
}

function formatEnd64({ offset, size, count }: DirectoryPlace, unix: boolean): Uint8Array {
  const bytes = new Uint8Array(END64_BYTES + END64_LOCATOR_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, END64, true);
  view.setBigUint64(4, BigInt(END64_BYTES - 12), true);
  view.setUint16(12, (unix ? MADE_BY_UNIX : 0) | 45, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, BigInt(count), true);
  view.setBigUint64(32, BigInt(count), true);
  view.setBigUint64(40, BigInt(size), true);
  view.setBigUint64(48, BigInt(offset), true);
  view.setUint32(END64_BYTES, END64_LOCATOR, true);
  view.setBigUint64(END64_BYTES + 8, BigInt(offset + size), true);
  view.setUint32(END64_BYTES + 16, 1, true);
  return bytes;
}
