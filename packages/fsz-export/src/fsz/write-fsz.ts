import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { writeFileAtomicWith } from '@face-sets/files';
import { described, InvalidArgumentError } from '@face-sets/quality';
import { isPng, pngHeader } from './png-header.js';

// Layouts and numbers from PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** 1980-01-01 00:00, the earliest that a zip can say: the same faces give the same bytes on any day. */
const DOS_DATE = 0x0021;
const MAX16 = 0xffff;
const MAX32 = 0xffffffff;

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
 * @throws {InvalidArgumentError} for no PNG at all, and for one that is none or not 8-bit RGB; nothing is written then.
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
        await file.writeFile(part);
      }
    };
    const directory: Buffer[] = [];
    for (const [rank, entry] of pngs.entries()) {
      const png = typeof entry === 'function' ? await entry() : entry;
      checkPng(png, rank);
      const name = Buffer.from(fszEntryName(rank, pngs.length));
      const crc = crc32(png);
      directory.push(centralHeader(name, crc, png.length, bytes));
      await put(localHeader(name, crc, png.length), png);
    }
    const start = bytes;
    await put(...directory);
    await put(endRecords(directory.length, start, bytes - start));
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
  const { bitDepth, colourType, interlace } = pngHeader(png, what);
  if (bitDepth !== 8 || colourType !== 2 || interlace !== 0) {
    const colors = PNG_COLORS[colourType] ?? `color type ${colourType}`;
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

function localHeader(name: Buffer, crc: number, size: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function centralHeader(name: Buffer, crc: number, size: number, offset: number): Buffer {
  const far = offset >= MAX32;
  const extra = Buffer.alloc(far ? 12 : 0);
  if (far) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(far ? VERSION_ZIP64 : VERSION, 4);
  header.writeUInt16LE(far ? VERSION_ZIP64 : VERSION, 6);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(far ? MAX32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

/** The end record, after the zip64 ones where an offset does not fit in 32 bits. */
function endRecords(count: number, offset: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, MAX16), 8);
  end.writeUInt16LE(Math.min(count, MAX16), 10);
  end.writeUInt32LE(Math.min(size, MAX32), 12);
  end.writeUInt32LE(Math.min(offset, MAX32), 16);
  if (offset < MAX32 && count < MAX16) return end;
  const end64 = Buffer.alloc(56 + 20);
  end64.writeUInt32LE(END64, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(VERSION_ZIP64, 12);
  end64.writeUInt16LE(VERSION_ZIP64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  end64.writeUInt32LE(END64_LOCATOR, 56);
  end64.writeBigUInt64LE(BigInt(offset + size), 64);
  end64.writeUInt32LE(1, 72);
  return Buffer.concat([end64, end]);
}
