import { createRequire } from 'node:module';
import { type BmffBox, boxes, findBox } from './bmff-boxes.js';
import { withoutExifMark } from './exif-mark.js';

// A CommonJS file whose default export is only some of what it exports: loaders differ in what `import` gives.
const { parse } = createRequire(import.meta.url)('exifr') as typeof import('exifr');

/** How a HEIF picture (HEIC, AVIF) is to be turned upright. */
export interface HeifOrientation {
  /** The EXIF orientation, 1…8, that says the same; null where the file says nothing. */
  orientation: number | null;
  /** The file says it with `irot` or `imir`, which decoders apply; else it is still to be applied. */
  applied: boolean;
}

/** A step that a decoder takes: a turn by quarters, counterclockwise, or a mirroring. */
type Transform = { quarters: number } | { mirrored: 'top-bottom' | 'left-right' };

/** EXIF orientation by quarters counterclockwise, and the same mirrored left-right afterward. */
const TURNED = [1, 8, 3, 6];
const TURNED_THEN_MIRRORED = [2, 7, 4, 5];
/** Properties of one picture; real files have about ten. */
const MOST_STEPS = 64;

/**
 * How a HEIF picture is to be turned upright: by `irot` and `imir` of its primary item (ISO/IEC 23008-12, 6.5.10 and
 * 6.5.12), beside which the EXIF orientation is information only. A file without either is turned by its EXIF
 * orientation, as Samsung and Fujifilm write it and mean it.
 *
 * @param bytes The file.
 * @param exif Its EXIF block, if it has one.
 */
export async function heifOrientation(bytes: Uint8Array, exif?: Uint8Array): Promise<HeifOrientation> {
  const steps = primaryTransforms(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // Unknown structure (such as the compact `mini` box, which has an orientation of its own): left to the decoder.
  if (steps === null) return { orientation: null, applied: true };
  if (steps.length > 0) return { orientation: asOrientation(steps), applied: true };
  return { orientation: exif ? await exifOrientation(exif) : null, applied: false };
}

/** The EXIF orientation of a block; null where there is none of 1…8. */
async function exifOrientation(block: Uint8Array): Promise<number | null> {
  const tags = await parse(withoutExifMark(Buffer.from(block)), {
    ifd0: { pick: ['Orientation'] },
    exif: false,
    gps: false,
    translateValues: false,
  } as Parameters<typeof parse>[1]).catch(() => undefined);
  const value: unknown = tags?.Orientation;
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 8
    ? (value as number)
    : null;
}

function asOrientation(steps: readonly Transform[]): number {
  let quarters = 0;
  let mirrored = false;
  for (const step of steps) {
    if ('quarters' in step) quarters += mirrored ? -step.quarters : step.quarters;
    else {
      // Top-bottom is left-right and half a turn.
      if (step.mirrored === 'top-bottom') quarters += 2;
      mirrored = !mirrored;
    }
  }
  return (mirrored ? TURNED_THEN_MIRRORED : TURNED)[((quarters % 4) + 4) % 4]!;
}

/** The turns and mirrorings of the primary item, in order; null where the file does not tell its items. */
function primaryTransforms(bytes: Buffer): Transform[] | null {
  try {
    const meta = findBox(bytes, { start: 0, end: bytes.length }, 'meta');
    if (!meta) return null;
    // A full box: version and flags come first.
    const inside = { start: meta.start + 4, end: meta.end };
    const pitm = findBox(bytes, inside, 'pitm');
    if (!pitm) return null;
    const primary =
      bytes[pitm.start] === 0 ? bytes.readUInt16BE(pitm.start + 4) : bytes.readUInt32BE(pitm.start + 4);
    const iprp = findBox(bytes, inside, 'iprp');
    const ipco = iprp && findBox(bytes, iprp, 'ipco');
    if (!ipco) return [];
    const properties = [...boxes(bytes, ipco)];
    const steps: Transform[] = [];
    for (const box of boxes(bytes, iprp)) {
      if (box.type !== 'ipma') continue;
      for (const index of associated(bytes, box, primary)) {
        const step = transformOf(bytes, properties[index - 1]);
        if (step && steps.length < MOST_STEPS) steps.push(step);
      }
    }
    return steps;
  } catch (error) {
    // A number that would stand behind the end of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function transformOf(bytes: Buffer, property: BmffBox | undefined): Transform | null {
  if (property?.type === 'irot') return { quarters: bytes.readUInt8(property.start) & 3 };
  if (property?.type !== 'imir') return null;
  return { mirrored: bytes.readUInt8(property.start) & 1 ? 'left-right' : 'top-bottom' };
}

/** Numbers, from 1, of the properties of an item in an `ipma` box. */
function associated(bytes: Buffer, ipma: BmffBox, item: number): number[] {
  const wideItems = bytes.readUInt8(ipma.start) > 0;
  const wideIndices = (bytes.readUInt8(ipma.start + 3) & 1) === 1;
  const entries = bytes.readUInt32BE(ipma.start + 4);
  let at = ipma.start + 8;
  for (let n = 0; n < entries && at < ipma.end; n++) {
    const id = wideItems ? bytes.readUInt32BE(at) : bytes.readUInt16BE(at);
    at += wideItems ? 4 : 2;
    const count = bytes.readUInt8(at++);
    const indices: number[] = [];
    for (let k = 0; k < count; k++, at += wideIndices ? 2 : 1) {
      // The first bit says whether a reader must understand the property.
      indices.push(wideIndices ? bytes.readUInt16BE(at) & 0x7fff : bytes.readUInt8(at) & 0x7f);
    }
    if (id === item) return indices;
  }
  return [];
}
