import { FszError } from './fsz-errors.js';

/** What the IHDR chunk of a PNG says, and which chunks there are. */
export interface PngHeader {
  width: number;
  height: number;
  bitDepth: number;
  /** 2 is RGB, 6 is RGB with alpha. */
  colorType: number;
  interlace: number;
  /** Names of all chunks in order, repeated ones once. */
  chunks: string[];
}

const PNG_SIGNATURE = '89504e470d0a1a0a';

/**
 * Reads the header of a PNG.
 *
 * @param where What to call it in an error.
 * @throws FszError when it is not a PNG.
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
    colorType: bytes[25],
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
