import { ImageDecodeError } from './image-decode-error.js';
import { jpegOrientation, jpegSize, withOrientation } from './jpeg-segments.js';
import { addJpeg, type ByteRange, emptyContent, type RawContent } from './raw-content.js';
import { cr3Content } from './raw-cr3.js';
import { tiffContent } from './raw-tiff.js';

/** Extensions of raw files whose embedded preview can be decoded, lower case without the dot. */
export const RAW_EXTENSIONS: readonly string[] =
  'cr2 cr3 nef nrw arw srf sr2 dng raf orf rw2 rwl pef srw 3fr fff erf iiq mef gpr'.split(' ');

/** Beginnings of raw files that are TIFF but for these: Olympus (ORF) and Panasonic (RW2). */
export const TIFF_LIKE_RAW: readonly string[] = ['IIRO', 'IIRS', 'MMOR', 'IIU\0'];
/** Where a RAF file says where its JPEG begins; its length follows. 32 bits each, big-endian. */
export const RAF_PREVIEW_AT = 84;

/** A preview this long is worth searching for faces though the raw picture may be longer. */
const LONG_ENOUGH = 1000;
/** Else this share of the raw picture. */
const NEAR_FULL = 0.5;

/**
 * The largest JPEG in a raw file of a camera (CR2, CR3, NEF, ARW, DNG, RAF, ORF, RW2, PEF, SRW and others built like them), with
 * the orientation that the raw file states, or else the JPEG's own, as its only one.
 *
 * @param source All of the file; whatever it says is checked against its length.
 * @returns a JPEG file; `null` where the bytes are not a raw file
 * @throws {ImageDecodeError} when it holds no JPEG that is 1,000 pixels long or half as long as the raw picture
 */
export function rawPreview(source: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const found = findPreviews(bytes);
  if (!found) return null;
  let best: (ByteRange & { width: number; height: number }) | null = null;
  for (const range of found.candidates) {
    const size = jpegSize(bytes, range);
    if (size && (!best || size.width * size.height > best.width * best.height)) best = { ...range, ...size };
  }
  const full = Math.max(found.width, found.height);
  const side = best ? Math.max(best.width, best.height) : 0;
  if (!best || (side < LONG_ENOUGH && (full === 0 || side < NEAR_FULL * full))) {
    const largest = best ? `the largest picture in it is ${best.width}×${best.height}` : 'no JPEG is in it';
    throw new ImageDecodeError(`the raw file holds no full-size preview: ${largest}; convert it to JPEG`);
  }
  const jpeg = bytes.subarray(best.start, best.end);
  let orientation = found.orientation ?? jpegOrientation(jpeg) ?? 1;
  // Already upright: the camera turned the preview, not the raw picture.
  if (orientation >= 5 && found.width > found.height && best.width < best.height) orientation = 1;
  return withOrientation(jpeg, orientation);
}

function findPreviews(bytes: Buffer): RawContent | null {
  const kind = bytes.toString('latin1', 0, 4);
  if (bytes.toString('latin1', 4, 12) === 'ftypcrx ') return cr3Content(bytes);
  if (kind === 'FUJI' && bytes.toString('latin1', 0, 8) === 'FUJIFILM') return inRaf(bytes);
  if (TIFF_LIKE_RAW.includes(kind)) return tiffContent(bytes).found;
  if (kind !== 'II*\0' && kind !== 'MM\0*') return null;
  const { found, isRaw } = tiffContent(bytes);
  return isRaw ? found : null;
}

function inRaf(bytes: Buffer): RawContent {
  const found = emptyContent();
  if (bytes.length >= RAF_PREVIEW_AT + 8)
    addJpeg(found, bytes, bytes.readUInt32BE(RAF_PREVIEW_AT), bytes.readUInt32BE(RAF_PREVIEW_AT + 4));
  return found;
}
