import { type BmffBox, boxes, findBox } from './bmff-boxes.js';
import { addJpeg, emptyContent, type RawContent } from './raw-content.js';
import { tiffContent } from './raw-tiff.js';

const MOST_TRACKS = 16;
/** Boxes at the top of a file that are looked into. */
const MOST_BOXES = 64;

/** A block of metadata in a CR3 file, such as `CMT1` (the first directory) and `CMT2` (EXIF): in a `uuid` box of `moov`. */
export function cr3Block(bytes: Buffer, type: string): BmffBox | undefined {
  const moov = findBox(bytes, { start: 0, end: bytes.length }, 'moov');
  const uuid = moov && findBox(bytes, moov, 'uuid');
  // Its name, 16 bytes, comes first.
  return uuid && findBox(bytes, { start: uuid.start + 16, end: uuid.end }, type);
}

/** The JPEG that is a track of its own, and the preview in a `uuid` box at the top. */
export function cr3Content(bytes: Buffer): RawContent {
  const found = emptyContent();
  const first = cr3Block(bytes, 'CMT1');
  if (first) {
    const block = tiffContent(bytes.subarray(first.start, first.end)).found;
    Object.assign(found, { orientation: block.orientation, width: block.width, height: block.height });
  }
  const all = { start: 0, end: bytes.length };
  const moov = findBox(bytes, all, 'moov');
  let tracks = 0;
  if (moov) {
    for (const track of boxes(bytes, moov)) {
      if (track.type === 'trak' && tracks++ < MOST_TRACKS) addTrack(found, bytes, track);
    }
  }
  let looked = 0;
  for (const box of boxes(bytes, all)) {
    if (looked++ > MOST_BOXES) break;
    // Name of the box, 16 bytes, and eight more.
    const preview =
      box.type === 'uuid' ? findBox(bytes, { start: box.start + 24, end: box.end }, 'PRVW') : undefined;
    if (preview && preview.start + 16 <= preview.end)
      addJpeg(found, bytes, preview.start + 16, bytes.readUInt32BE(preview.start + 12));
  }
  return found;
}

/** The first sample of a track: its length is in `stsz`, its place in `co64` or `stco`. */
function addTrack(found: RawContent, bytes: Buffer, track: BmffBox): void {
  let table: BmffBox | undefined = track;
  for (const type of ['mdia', 'minf', 'stbl']) table = table && findBox(bytes, table, type);
  if (!table) return;
  const sizes = findBox(bytes, table, 'stsz');
  const long = findBox(bytes, table, 'co64');
  const short = findBox(bytes, table, 'stco');
  if (!sizes || sizes.start + 12 > sizes.end) return;
  const same = bytes.readUInt32BE(sizes.start + 4);
  const length = same || (sizes.start + 16 <= sizes.end ? bytes.readUInt32BE(sizes.start + 12) : 0);
  if (long && long.start + 16 <= long.end)
    addJpeg(found, bytes, Number(bytes.readBigUInt64BE(long.start + 8)), length);
  else if (short && short.start + 12 <= short.end)
    addJpeg(found, bytes, bytes.readUInt32BE(short.start + 8), length);
}
