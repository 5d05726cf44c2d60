import { EXIF_MARK } from './exif-mark.js';
import type { ByteRange } from './raw-content.js';
import { tiffContent } from './raw-tiff.js';

const MOST_SEGMENTS = 512;

/** The segments of a JPEG before its picture: the marker, where the segment begins (0xff) and ends. */
function* jpegSegments(bytes: Buffer, { start, end }: ByteRange): Generator<ByteRange & { marker: number }> {
  let at = start + 2;
  for (let n = 0; n < MOST_SEGMENTS && at + 4 <= end && bytes[at] === 0xff; n++) {
    const marker = bytes[at + 1]!;
    // any number of 0xff may stand before a marker
    if (marker === 0xff) {
      at++;
      continue;
    }
    const next = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker === 0xda || marker === 0xd9 || next < at + 4 || next > end) return;
    yield { marker, start: at, end: next };
    at = next;
  }
}

/** Pixels of a JPEG of 8 bits; `null` for lossless JPEG, which raw data are kept in, and for what is damaged. */
export function jpegSize(bytes: Buffer, range: ByteRange): { width: number; height: number } | null {
  for (const { marker, start, end } of jpegSegments(bytes, range)) {
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    if (marker > 0xc2 || end < start + 10 || bytes[start + 4] !== 8) return null;
    const [height, width] = [bytes.readUInt16BE(start + 5), bytes.readUInt16BE(start + 7)];
    return width > 0 && height > 0 ? { width, height } : null;
  }
  return null;
}

/** The orientation in the EXIF block of a JPEG; `null` where there is none. */
export function jpegOrientation(jpeg: Buffer): number | null {
  for (const segment of jpegSegments(jpeg, { start: 0, end: jpeg.length })) {
    if (isExif(jpeg, segment))
      return tiffContent(jpeg.subarray(segment.start + 4 + EXIF_MARK.length, segment.end)).found.orientation;
  }
  return null;
}

/** The JPEG with an EXIF block that states the orientation and nothing else, in place of its own. */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('ffe1002245786966000049492a00080000000100120103000100000000000000000000', 'hex');
  exif.writeUInt16LE(orientation, 28);
  const pieces = [jpeg.subarray(0, 2), Buffer.concat([exif, Buffer.alloc(36 - exif.length)])];
  let at = 2;
  for (const segment of jpegSegments(jpeg, { start: 0, end: jpeg.length })) {
    if (!isExif(jpeg, segment)) continue;
    pieces.push(jpeg.subarray(at, segment.start));
    at = segment.end;
  }
  return Buffer.concat([...pieces, jpeg.subarray(at)]);
}

function isExif(jpeg: Buffer, { marker, start, end }: ByteRange & { marker: number }): boolean {
  return (
    marker === 0xe1 && jpeg.subarray(start + 4, Math.min(end, start + 4 + EXIF_MARK.length)).equals(EXIF_MARK)
  );
}
