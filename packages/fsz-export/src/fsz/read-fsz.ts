import { readFile } from 'node:fs/promises';
import { errorText } from '@face-sets/files';
import { readZip } from '@face-sets/npz';
import { FszError } from './fsz-errors.js';
import { pngHeader } from './png-header.js';
import { fszEntryName } from './write-fsz.js';

/** A picture of a `.fsz`. */
export interface FszEntry {
  name: string;
  /** The PNG file. */
  png: Uint8Array;
}

/**
 * Reads every entry of a `.fsz` in its order, whatever its name.
 *
 * @throws FszError when it is not a zip or an entry is damaged.
 */
export async function readFsz(path: string): Promise<FszEntry[]> {
  const { buffer, byteOffset, length } = await readFile(path);
  try {
    return readZip(new Uint8Array(buffer, byteOffset, length)).map(({ name, bytes: png }) => ({ name, png }));
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
    const { width, height, bitDepth, colorType, interlace, chunks } = header;
    const found = `${width}×${height}, ${bitDepth} bits, color type ${colorType}, interlace ${interlace}`;
    if (width !== size || height !== size || bitDepth !== 8 || colorType !== 2 || interlace !== 0) {
      throw new FszError(
        `${path}: ${name} is ${found}; expected ${size}×${size}, 8 bits, color type 2, interlace 0`,
      );
    }
    if (chunks.join() !== 'IHDR,IDAT,IEND') {
      throw new FszError(`${path}: ${name} has the chunks ${chunks.join(' ')}; expected IHDR IDAT IEND only`);
    }
  });
  return entries.length;
}
