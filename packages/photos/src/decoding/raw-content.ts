/** A part of a file, in bytes. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What the structure of a raw file says of the pictures in it. */
export interface RawContent {
  /** Parts that begin as a JPEG does. */
  candidates: ByteRange[];
  orientation: number | null;
  /** Size of the raw picture in pixels; 0 where it is not known. */
  width: number;
  height: number;
}

/** Nothing is known yet. */
export function emptyContent(): RawContent {
  return { candidates: [], orientation: null, width: 0, height: 0 };
}

/** Notes a part of the file that begins as a JPEG does; one that is cut off ends with the file. */
export function addJpeg(
  found: RawContent,
  bytes: Buffer,
  start: number | undefined,
  length: number | undefined,
): void {
  if (!start || !length || start + 4 > bytes.length) return;
  if (bytes[start] !== 0xff || bytes[start + 1] !== 0xd8) return;
  found.candidates.push({ start, end: Math.min(start + length, bytes.length) });
}
