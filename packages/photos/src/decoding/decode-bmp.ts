import type { RgbImage } from '@face-sets/quality';
import { ImageDecodeError } from './image-decode-error.js';

// Values of the header's compression field.
const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** What a BMP file's headers say. */
export interface BmpHeader {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Rows are stored from the bottom up, unless the height is negative in the file. */
  bottomUp: boolean;
  bitsPerPixel: number;
  compression: number;
  /** Byte at which the pixels begin. */
  pixelStart: number;
  /** RGB of each palette entry in turn; empty where there is no palette. */
  palette: Uint8Array;
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits; alpha is 0 where there is none. */
  masks: readonly [number, number, number, number];
}

/** Whether the bytes begin as a BMP file does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes.length >= 26 && bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/**
 * Reads the headers and the palette of a BMP file (OS/2 1.x, Windows 3 to 5).
 *
 * Source: "Bitmap Storage", Microsoft Windows GDI documentation.
 *
 * @throws {ImageDecodeError} when they make no sense, or the variant is not supported.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (end: number) => {
    if (end > bytes.length) throw new ImageDecodeError('bmp cannot be decoded: it ends within its header');
  };
  need(26);
  const pixelStart = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  const core = headerSize === 12;
  if (!core && headerSize < 40) {
    throw new ImageDecodeError(`bmp cannot be decoded: a header of ${headerSize} bytes is not supported`);
  }
  need(14 + (core ? 12 : 40));
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const rows = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(core ? 24 : 28, true);
  const compression = core ? RGB : view.getUint32(30, true);
  if (width <= 0 || rows === 0) {
    throw new ImageDecodeError(`bmp cannot be decoded: its size is ${width}×${rows}`);
  }
  const supported =
    (compression === RGB && [1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) ||
    (compression === RLE8 && bitsPerPixel === 8) ||
    (compression === RLE4 && bitsPerPixel === 4) ||
    ((compression === BITFIELDS || compression === ALPHA_BITFIELDS) && [16, 32].includes(bitsPerPixel));
  if (!supported) {
    throw new ImageDecodeError(
      `bmp cannot be decoded: ${bitsPerPixel} bits with compression ${compression} is not supported`,
    );
  }
  let masks: BmpHeader['masks'] =
    bitsPerPixel === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  // The masks follow a header of 40 bytes, and are part of a longer one: the same place.
  let paletteStart = 14 + headerSize;
  if (compression === BITFIELDS || compression === ALPHA_BITFIELDS) {
    const withAlpha = compression === ALPHA_BITFIELDS || headerSize >= 56;
    need(54 + (withAlpha ? 16 : 12));
    const mask = (i: number) => view.getUint32(54 + i * 4, true);
    masks = [mask(0), mask(1), mask(2), withAlpha ? mask(3) : 0];
    if (headerSize === 40) paletteStart += withAlpha ? 16 : 12;
  }
  let palette: Uint8Array = new Uint8Array(0);
  if (bitsPerPixel <= 8) {
    const entry = core ? 3 : 4;
    const most = 2 ** bitsPerPixel;
    const used = core ? most : Math.min(view.getUint32(46, true) || most, most);
    need(paletteStart + used * entry);
    palette = new Uint8Array(most * 3);
    for (let i = 0; i < used; i++) {
      const at = paletteStart + i * entry;
      palette[i * 3] = bytes[at + 2];
      palette[i * 3 + 1] = bytes[at + 1];
      palette[i * 3 + 2] = bytes[at];
    }
  }
  return {
    width,
    height: Math.abs(rows),
    bottomUp: rows > 0,
    bitsPerPixel,
    compression,
    pixelStart,
    palette,
    masks,
  };
}

/**
 * Decodes a BMP file, which sharp cannot: 1, 4, 8, 16, 24 and 32 bits, palettes, run lengths and bit fields.
 * Alpha is laid over black. Pixels that the file ends before are black, and `truncated` is set.
 *
 * @throws {ImageDecodeError} see {@link readBmpHeader}.
 */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): { image: RgbImage; truncated: boolean } {
  const { width, height, compression } = header;
  const image = { data: new Uint8Array(width * height * 3), width, height };
  const runs = compression === RLE8 || compression === RLE4;
  const complete = runs ? decodeRuns(bytes, header, image.data) : decodeRows(bytes, header, image.data);
  return { image, truncated: !complete };
}

/** @returns whether all rows were there */
function decodeRows(bytes: Uint8Array, header: BmpHeader, out: Uint8Array): boolean {
  const { width, height, bitsPerPixel, pixelStart, palette } = header;
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = header.masks.map(channelOf);
  for (let row = 0; row < height; row++) {
    const start = pixelStart + row * stride;
    if (start + Math.ceil((width * bitsPerPixel) / 8) > bytes.length) return false;
    let o = (header.bottomUp ? height - 1 - row : row) * width * 3;
    for (let x = 0; x < width; x++, o += 3) {
      if (bitsPerPixel <= 8) {
        const bit = x * bitsPerPixel;
        const value = bytes[start + (bit >> 3)] >> (8 - bitsPerPixel - (bit & 7));
        setPaletteColor(out, o, palette, value & (2 ** bitsPerPixel - 1));
      } else if (bitsPerPixel === 24) {
        const p = start + x * 3;
        out[o] = bytes[p + 2];
        out[o + 1] = bytes[p + 1];
        out[o + 2] = bytes[p];
      } else {
        const pixel =
          bitsPerPixel === 16 ? view.getUint16(start + x * 2, true) : view.getUint32(start + x * 4, true);
        const alpha = header.masks[3] === 0 ? 1 : channels[3](pixel) / 255;
        for (let c = 0; c < 3; c++) out[o + c] = Math.round(channels[c](pixel) * alpha);
      }
    }
  }
  return true;
}

/** Takes a channel of 0…255 out of a pixel by its bit mask. */
function channelOf(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}

function setPaletteColor(out: Uint8Array, o: number, palette: Uint8Array, index: number): void {
  out[o] = palette[index * 3];
  out[o + 1] = palette[index * 3 + 1];
  out[o + 2] = palette[index * 3 + 2];
}

/** @returns whether the end of the picture was reached */
function decodeRuns(bytes: Uint8Array, header: BmpHeader, out: Uint8Array): boolean {
  const { width, height, palette } = header;
  const four = header.compression === RLE4;
  let x = 0;
  let row = 0;
  const put = (index: number) => {
    // Runs past the end of a row are cut off.
    if (x < width) {
      setPaletteColor(out, ((header.bottomUp ? height - 1 - row : row) * width + x) * 3, palette, index);
    }
    x++;
  };
  let at = header.pixelStart;
  while (row < height) {
    if (at + 2 > bytes.length) return false;
    const count = bytes[at++];
    const value = bytes[at++];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(four ? (i & 1 ? value & 15 : value >> 4) : value);
    } else if (value === 0) {
      x = 0;
      row++;
    } else if (value === 1) {
      return true;
    } else if (value === 2) {
      if (at + 2 > bytes.length) return false;
      x += bytes[at++];
      row += bytes[at++];
    } else {
      const length = four ? (value + 1) >> 1 : value;
      if (at + length > bytes.length) return false;
      for (let i = 0; i < value; i++) {
        const byte = bytes[at + (four ? i >> 1 : i)];
        put(four ? (i & 1 ? byte & 15 : byte >> 4) : byte);
      }
      at += length + (length & 1);
    }
  }
  return true;
}
