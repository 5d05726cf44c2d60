import { type OpenFile, WindowReader } from '@face-sets/files';
import { CacheFormatError } from '../errors.js';
import {
  decodeHeader,
  decodeText,
  FRAME_BYTES,
  JOURNAL_MAGIC,
  type JournalHeader,
  MAX_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  payloadAt,
  RecordType,
  typeOf,
} from './journal-format.js';

/** A sound record of a journal. */
export interface ScannedRecord {
  /** See `RecordType`. */
  type: number;
  /** Its payload; valid until the next record is asked for. */
  payload: Uint8Array;
  /** Offset of the payload in the file. */
  payloadAt: number;
  /** Offset of the next record. */
  end: number;
}

/**
 * The records of a journal from an offset on, up to the first that is torn or damaged: after a crash the file
 * may end in the middle of a record.
 */
export async function* scanRecords(file: OpenFile, start: number): AsyncGenerator<ScannedRecord> {
  const { size } = await file.stat();
  const window = new WindowReader(file, size);
  let at = start;
  while (at + FRAME_BYTES <= size) {
    const frame = await window.read(at, FRAME_BYTES);
    if (frame.length < FRAME_BYTES) return;
    const length = new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0, true);
    if (length > MAX_PAYLOAD_BYTES || at + FRAME_BYTES + length > size) return;
    const payload = payloadAt(await window.read(at, FRAME_BYTES + length), 0);
    if (payload === null) return;
    const end = at + FRAME_BYTES + length;
    yield { type: typeOf(payload), payload, payloadAt: at + FRAME_BYTES, end };
    at = end;
  }
}

/** How a journal begins. */
export interface JournalStart {
  /** What it continues. */
  header: JournalHeader;
  /** Offset of the first record after the header. */
  recordsAt: number;
}

/**
 * Reads a journal's magic and header record.
 *
 * @returns `null` when the process died while it began the journal, so that it holds nothing
 * @throws CacheFormatError when the file is not a journal, or its beginning is damaged
 */
export async function readJournalStart(file: OpenFile, path: string): Promise<JournalStart | null> {
  const { size } = await file.stat();
  const first = await new WindowReader(file, MAX_HEADER_BYTES).read(0, Math.min(size, MAX_HEADER_BYTES));
  const payload = payloadAt(first, JOURNAL_MAGIC.length);
  if (payload !== null && JOURNAL_MAGIC.every((byte, i) => first[i] === byte)) {
    if (typeOf(payload) !== RecordType.header) {
      throw new CacheFormatError(
        `${path} is damaged: it does not begin with a header; move it away to continue without it`,
      );
    }
    return {
      header: decodeHeader(payload, path),
      recordsAt: JOURNAL_MAGIC.length + FRAME_BYTES + payload.length,
    };
  }
  // The header is made durable before any record is written, so a torn one has nothing after it.
  const begun = JOURNAL_MAGIC.every((byte, i) => i >= first.length || first[i] === byte || first[i] === 0);
  if (begun && size < MAX_HEADER_BYTES && !recordFollows(first)) return null;
  throw new CacheFormatError(
    `${path} is not a journal of this version, or its beginning is damaged; move it away to continue without it`,
  );
}

function recordFollows(first: Uint8Array): boolean {
  const at = JOURNAL_MAGIC.length;
  if (first.length < at + FRAME_BYTES) return false;
  const length = new DataView(first.buffer, first.byteOffset, first.byteLength).getUint32(at, true);
  return payloadAt(first, at + FRAME_BYTES + length) !== null;
}

/**
 * Finds the record from which on a journal adds to a given `.npz`: its first, or the one after the mark of the
 * fold that made this `.npz` (then the process died between putting the file in place and removing the journal).
 *
 * @param fingerprint of the `.npz`, or `null` where there is none
 * @returns the offset, or `null` when the journal belongs to another file
 */
export async function findContinuation(
  file: OpenFile,
  start: JournalStart,
  fingerprint: string | null,
): Promise<number | null> {
  if (start.header.base === fingerprint) return start.recordsAt;
  let found: number | null = null;
  for await (const record of scanRecords(file, start.recordsAt)) {
    if (record.type === RecordType.folded && decodeText(record.payload) === fingerprint) found = record.end;
  }
  return found;
}
