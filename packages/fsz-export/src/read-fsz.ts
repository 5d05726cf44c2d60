import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { errorText, FszError } from './errors.js';
import { fszEntryName } from './write-fsz.js';

const PNG_SIGNATURE = '89504e470d0a1a0a';

/** A picture of a `.fsz`. */
export interface FszEntry {
  name: string;
  /** The PNG file. */
  png: Uint8Array;
}

/** What the IHDR chunk of a PNG says, and which chunks there are. */
export interface PngHeader {
  width: number;
  height: number;
  bitDepth: number;
  /** 2 is RGB, 6 is RGB with alpha. */
  colourType: number;
  interlace: number;
  /** Names of all chunks in order, repeated ones once. */
  chunks: string[];
}

/**
 * Reads every entry of a `.fsz` in its order, whatever its name.
 *
 * @throws FszError when it is no zip or an entry is damaged.
 */
export async function readFsz(path: string): Promise<FszEntry[]> {
  const bytes = await readFile(path);
  try {
    return Object.entries(unzipSync(bytes)).map(([name, png]) => ({ name, png }));
  } catch (error) {
    throw new FszError(`${path} is not a readable .fsz: ${errorText(error)}`);
  }
}

/**
 * Checks that a `.fsz` is what swap tools expect: `0000.png` onwards at the root and nothing else, each an 8-bit
 * RGB PNG of the size, without alpha, interlace or metadata.
 *
 * @param size Side of each picture; default 512.
 * @returns The number of pictures.
 * @throws FszError that names the entry and what is wrong with it.
 */
export async function validateFsz(path: string, size = 512): Promise<number> {
  const entries = await readFsz(path);
  entries.forEach(({ name, png }, i) => {
    const expected = fszEntryName(i, entries.length);
    if (name !== expected) {
      throw new FszError(`${path}: entry ${i} is called "${name}", expected "${expected}"`);
    }
    const header = pngHeader(png, `${path}: ${name}`);
    const { width, height, bitDepth, colourType, interlace, chunks } = header;
    const found = `${width}×${height}, ${bitDepth} bits, colour type ${colourType}, interlace ${interlace}`;
    if (width !== size || height !== size || bitDepth !== 8 || colourType !== 2 || interlace !== 0) {
      throw new FszError(
        `${path}: ${name} is ${found}; expected ${size}×${size}, 8 bits, colour type 2, interlace 0`,
      );
    }
    if (chunks.join() !== 'IHDR,IDAT,IEND') {
      throw new FszError(`${path}: ${name} has the chunks ${chunks.join(' ')}; expected IHDR IDAT IEND only`);
    }
  });
  return entries.length;
}

/**
 * Reads the header of a PNG.
 *
 * @param where What to call it in an error.
 * @throws FszError when it is no PNG.
 */
export function pngHeader(png: Uint8Array, where = 'PNG'): PngHeader {
  if (!isPng(png)) throw new FszError(`${where} is not a PNG`);
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  const chunks = new Set<string>();
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    chunks.add(bytes.toString('latin1', at + 4, at + 8));
  }
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    bitDepth: bytes[24],
    colourType: bytes[25],
    interlace: bytes[28],
    chunks: [...chunks],
  };
}

/** Whether bytes begin as a PNG does, with a whole header. */
export function isPng(png: Uint8Array): boolean {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  return (
    bytes.length >= 33 &&
    bytes.toString('hex', 0, 8) === PNG_SIGNATURE &&
    bytes.toString('latin1', 12, 16) === 'IHDR'
  );
}
