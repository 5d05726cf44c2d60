import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { writeFileAtomicWith } from '@face-sets/files';
import { formatLocalHeader, STORED, ZipDirectoryWriter } from '@face-sets/npz';
import { described, InvalidArgumentError } from '@face-sets/quality';
import { isPng, pngHeader } from './png-header.js';

/** What {@link writeFsz} wrote. */
export interface WrittenFsz {
  /** Length of the file. */
  bytes: number;
  /** SHA-256 of the file, lower-case hexadecimal. */
  sha256: string;
}

/**
 * The name of the face of a rank (from 0) in a `.fsz` and in `faces/`: `0000.png`, best first.
 *
 * @param count How many there are: above 10,000 all names get more digits, so that they sort by rank.
 */
export function fszEntryName(rank: number, count = 0): string {
  return `${String(rank).padStart(Math.max(4, String(count - 1).length), '0')}.png`;
}

/**
 * Writes a `.fsz`: a zip whose root holds `0000.png`, `0001.png`, … in the order given and nothing else. The
 * pictures are stored as they are (a PNG is compressed already), timestamps are fixed, sizes precede the data,
 * and the file appears whole or not at all. The same pictures give the same bytes.
 *
 * @throws {InvalidArgumentError} without any PNG, or if one is not an 8-bit RGB PNG; nothing is written then.
 * @param pngs The PNG files in order, each as bytes or as a function that reads them when their turn comes.
 */
export async function writeFsz(
  path: string,
  pngs: readonly (Uint8Array | (() => Promise<Uint8Array>))[],
): Promise<WrittenFsz> {
  if (!Array.isArray(pngs) || pngs.length === 0) {
    throw new InvalidArgumentError(
      `pngs: expected one PNG at least, received ${Array.isArray(pngs) ? 'none' : described(pngs)}`,
    );
  }
  const hash = createHash('sha256');
  let bytes = 0;
  await writeFileAtomicWith(path, async (file) => {
    const put = async (...parts: Uint8Array[]): Promise<void> => {
      for (const part of parts) {
        hash.update(part);
        bytes += part.length;
        await file.write(part);
      }
    };
    const zip = new ZipDirectoryWriter();
    for (const [rank, entry] of pngs.entries()) {
      const png = typeof entry === 'function' ? await entry() : entry;
      checkPng(png, rank);
      const size = png.length;
      const name = fszEntryName(rank, pngs.length);
      const member = { name, method: STORED, crc: crc32(png), size, compressedSize: size };
      await put(formatLocalHeader(zip.enter(member, bytes)), png);
    }
    const { directory, end } = zip.finish(bytes);
    await put(directory, end);
  });
  return { bytes, sha256: hash.digest('hex') };
}

/** What the face tools read: they take another format, or another kind of PNG, for no face or a broken bundle. */
function checkPng(png: unknown, rank: number): void {
  const what = `pngs[${rank}]`;
  if (!(png instanceof Uint8Array)) {
    throw new InvalidArgumentError(`${what}: expected the bytes of a PNG, received ${described(png)}`);
  }
  if (!isPng(png)) {
    const jpeg = png[0] === 0xff && png[1] === 0xd8 ? ', which are a JPEG' : '';
    throw new InvalidArgumentError(`${what}: expected a PNG, received ${png.length} other bytes${jpeg}`);
  }
  const { bitDepth, colorType, interlace } = pngHeader(png, what);
  if (bitDepth !== 8 || colorType !== 2 || interlace !== 0) {
    const colors = PNG_COLORS[colorType] ?? `color type ${colorType}`;
    throw new InvalidArgumentError(
      `${what}: expected a PNG of 8-bit RGB, not interlaced, received ${bitDepth}-bit ${colors}` +
        `${interlace === 0 ? '' : ', interlaced'}`,
    );
  }
}

/** Color types of PNG. */
const PNG_COLORS: Record<number, string> = {
  0: 'gray',
  2: 'RGB',
  3: 'palette',
  4: 'gray with alpha',
  6: 'RGBA',
};
