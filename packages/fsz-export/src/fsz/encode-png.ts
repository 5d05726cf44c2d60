import type { RgbImage } from '@face-sets/quality';

const SIGNATURE_BYTES = 8;
/** All that a picture needs; libvips adds a resolution, and loaders may show whatever else is there. */
const NEEDED_CHUNKS = new Set(['IHDR', 'IDAT', 'IEND']);

/** An image as PNG: 8-bit RGB, no alpha, no interlace, no metadata; the same image gives the same bytes. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  // Loaded when it is first needed: planning an export takes no picture.
  const { default: sharp } = await import('sharp');
  const { data, width, height } = image;
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6, adaptiveFiltering: true, palette: false, progressive: false })
    .toBuffer();
  return withoutMetadata(png);
}

function withoutMetadata(png: Buffer): Uint8Array {
  const parts = [png.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    if (NEEDED_CHUNKS.has(png.toString('latin1', at + 4, at + 8))) parts.push(png.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}
