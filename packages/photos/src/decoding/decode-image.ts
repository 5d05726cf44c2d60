import { open } from 'node:fs/promises';
import { errorText, pathToFs } from '@face-sets/files';
import type { PixelRect, RgbImage } from '@face-sets/quality';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { loadSharp } from '../load-sharp.js';
import { decodeBmp, isBmp, readBmpHeader } from './decode-bmp.js';
import { decodeHeic } from './decode-heic.js';
import { type HeifOrientation, heifOrientation } from './heif-orientation.js';
import { ImageDecodeError } from './image-decode-error.js';
import { orientImage } from './orient-image.js';
import { profileToSrgb } from './profile-to-srgb.js';
import { rawPreview } from './raw-preview.js';
import { storedRegion } from './stored-region.js';

/** The largest sensors in phones have 200 megapixels. */
const DEFAULT_PIXEL_LIMIT = 200_000_000;
/** Gives up on a file that keeps the decoder busy for longer. */
const TIMEOUT_SECONDS = 120;
/** Formats of photos. Drawings (SVG, PDF) may refer to other files and are not photos. */
const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif', 'jxl', 'jp2'];

export interface DecodeImageOptions {
  /** Pictures of more pixels are refused. Default 200,000,000 (600 MB in memory). */
  limitInputPixels?: number;
  /**
   * The longer side that is wanted, in pixels: a JPEG at least three times as long is reduced to it while it is
   * decoded, first by 1/2, 1/4 or 1/8 in the JPEG decoder, then with a Lanczos filter. That takes half of the time
   * of a full decode or less. Other pictures are decoded in full. Default: full size.
   */
  longSide?: number;
  /**
   * Chooses the part of the upright picture that is wanted, in pixels, once its size is known; it must lie inside.
   * `image` is that part alone, in full size whatever `longSide` says. Of most formats no more than it is kept in
   * memory, and what lies below it is not decoded. Default: all of the picture.
   */
  region?: (width: number, height: number) => PixelRect;
  /**
   * With `region`: the part is resampled to a square of this side (smaller by Lanczos-3, larger by bicubic interpolation)
   * while it is decoded, which takes less time than doing it afterward. Default: the part's own size.
   */
  regionSize?: number;
}

/** A decoded picture with what is known of its file. */
export interface DecodedImage {
  /** Upright, sRGB. */
  image: RgbImage;
  /** Width of the upright picture in full, in pixels; `image` is smaller when it was shrunk or is a part. */
  width: number;
  /** Height of the upright picture in full, in pixels. */
  height: number;
  /**
   * `jpeg`, `png`, `webp`, `gif`, `tiff`, `bmp`, `avif`, `heic`, `raw`, … as detected from the bytes, whatever the name.
   */
  format: string;
  /**
   * EXIF orientation, 1…8, that `image` has been turned upright by, in HEIC and AVIF also where `irot` and `imir` say
   * it; `null` when the file has none.
   */
  orientation: number | null;
  /** The file ends early or is damaged: `image` is what could be decoded. */
  truncated: boolean;
}

/**
 * Decodes a photo to upright 8-bit sRGB: turned by its EXIF orientation (HEIC and AVIF by `irot` and `imir`, by EXIF
 * only where there are neither; an orientation in XMP alone is ignored, as viewers do), converted from its color profile,
 * gray, CMYK, palettes and 16 bits brought to 8-bit RGB, transparency laid over black, first frame or page.
 * Of a raw file of a camera the largest JPEG in it is taken, turned as the raw file says.
 * A JPEG that ends early is decoded as far as it goes.
 *
 * @param source path of a file, or its bytes
 * @throws {ImageDecodeError} with a one-line reason when the file cannot be read or is not a photo, or has too many
 * pixels.
 */
export async function decodeImage(
  source: string | Uint8Array,
  options: DecodeImageOptions = {},
): Promise<DecodedImage> {
  const limit = options.limitInputPixels ?? DEFAULT_PIXEL_LIMIT;
  const bytes = typeof source === 'string' ? await readPhoto(source) : source;
  if (bytes.length === 0) throw new ImageDecodeError('the file is empty');
  if (isBmp(bytes)) {
    const header = readBmpHeader(bytes);
    const { width, height } = header;
    requirePixels(width, height, limit);
    const { image, truncated } = decodeBmp(bytes, header);
    return {
      image: await partOf(image, options),
      width,
      height,
      format: 'bmp',
      orientation: null,
      truncated,
    };
  }
  const preview = rawPreview(bytes);
  if (preview) return { ...(await decodeImage(preview, options)), format: 'raw' };
  const metadata = await readMetadata(bytes);
  requirePixels(metadata.width, metadata.height, limit);
  if (formatName(metadata) === 'heic') {
    const decoded = await decodeHeic(bytes);
    const converted = metadata.icc ? await profileToSrgb(decoded, metadata.icc) : decoded;
    const { orientation, applied } = await heifOrientation(bytes, metadata.exif);
    const image = applied ? converted : orientImage(converted, orientation ?? 1);
    const { width, height } = image;
    return {
      image: await partOf(image, options),
      width,
      height,
      format: 'heic',
      orientation,
      truncated: false,
    };
  }
  const heif = metadata.format === 'heif' ? await heifOrientation(bytes, metadata.exif) : null;
  return decodeWithSharp(bytes, metadata, options, heif);
}

async function decodeWithSharp(
  bytes: Uint8Array,
  metadata: Metadata,
  { longSide = Number.POSITIVE_INFINITY, region, regionSize }: DecodeImageOptions,
  heif: HeifOrientation | null,
): Promise<DecodedImage> {
  // sharp applies `irot` and `imir` itself, and no EXIF orientation of a HEIF picture.
  const orientation = (heif?.applied ? null : (heif ?? metadata).orientation) ?? 1;
  const stored = heif ? metadata : metadata.autoOrient;
  const { width, height } =
    heif && orientation >= 5 ? { width: stored.height, height: stored.width } : stored;
  const part = region?.(width, height);
  const ratio = Math.max(width, height) / longSide;
  // Up to three times as long, sharp decodes JPEGs in full: there is nothing to gain.
  const size =
    ratio >= 3 && metadata.format === 'jpeg' && !part
      ? { width: Math.max(1, Math.round(width / ratio)), height: Math.max(1, Math.round(height / ratio)) }
      : null;
  const sharp = await loadSharp();
  const decode = async (failOn: SharpOptions['failOn']) => {
    const pipeline = sharp(bytes, {
      failOn,
      limitInputPixels: false,
      autoOrient: !part && !heif,
      sequentialRead: true,
    })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .flatten({ background: '#000' })
      .toColorspace('srgb');
    if (size) pipeline.resize({ ...size, fit: 'fill', fastShrinkOnLoad: true });
    if (part) takePart(pipeline, storedRegion(part, orientation, width, height), regionSize);
    if (part || heif) turnUpright(pipeline, orientation);
    const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return toRgb(data, info.width, info.height, info.channels);
  };
  let image: RgbImage;
  let truncated = false;
  try {
    image = await decode('truncated');
  } catch {
    truncated = true;
    image = await decode('none').catch((error: unknown) => {
      throw new ImageDecodeError(`${formatName(metadata)} cannot be decoded: ${errorText(error)}`);
    });
  }
  return {
    image,
    width,
    height,
    format: formatName(metadata),
    orientation: (heif ?? metadata).orientation ?? null,
    truncated,
  };
}

/** Cuts a part out of the stored picture; turned upright afterward, since turning all of it first would take all of it. */
function takePart(pipeline: Sharp, { x, y, width, height }: PixelRect, regionSize?: number): void {
  pipeline.extract({ left: x, top: y, width, height });
  // Asked for after a turn, sharp would turn the whole picture first.
  if (regionSize) toSquare(pipeline, regionSize);
}

/** Turns what has been decoded as its EXIF orientation asks. */
function turnUpright(pipeline: Sharp, orientation: number): void {
  // sharp flips before it turns, whatever the order of the calls.
  if ([4, 5, 7].includes(orientation)) pipeline.flip();
  if (orientation === 2) pipeline.flop();
  const degrees = { 3: 180, 5: 90, 6: 90, 7: 270, 8: 270 }[orientation];
  if (degrees) pipeline.rotate(degrees);
}

/** Resamples to a square, whatever the shape. */
function toSquare(pipeline: Sharp, side: number): Sharp {
  return pipeline.resize(side, side, { fit: 'fill', kernel: 'lanczos3' });
}

/** The wanted part of a picture that could only be decoded as a whole. */
async function partOf(image: RgbImage, { region, regionSize }: DecodeImageOptions): Promise<RgbImage> {
  if (!region) return image;
  const { x, y, width, height } = region(image.width, image.height);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  if (!regionSize) return { data, width, height };
  const sharp = await loadSharp();
  const pipeline = toSquare(sharp(data, { raw: { width, height, channels: 3 } }), regionSize);
  const resized = await pipeline.toColorspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return toRgb(resized.data, regionSize, regionSize, resized.info.channels);
}

async function readPhoto(path: string): Promise<Uint8Array> {
  try {
    const file = await open(pathToFs(path), 'r');
    try {
      // Reading a pipe or a device might never end.
      if (!(await file.stat()).isFile()) throw new ImageDecodeError('it is not a regular file');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ImageDecodeError) throw error;
    throw new ImageDecodeError(`the file cannot be read: ${errorText(error)}`);
  }
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  const sharp = await loadSharp();
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata();
  } catch (error) {
    throw new ImageDecodeError(`it is not a picture in a known format, or is damaged: ${errorText(error)}`);
  }
  if (!FORMATS.includes(metadata.format)) {
    throw new ImageDecodeError(`it is a ${metadata.format} file, not a photo`);
  }
  return metadata;
}

function requirePixels(width: number, height: number, limit: number): void {
  if (width * height <= limit) return;
  const mega = (pixels: number) => `${Math.round(pixels / 1e5) / 10} megapixels`;
  throw new ImageDecodeError(
    `the picture is ${width}×${height} (${mega(width * height)}), more than the limit of ${mega(limit)}`,
  );
}

function formatName({ format, compression }: Metadata): string {
  if (format === 'heif') return compression === 'av1' ? 'avif' : 'heic';
  return format;
}

/** Three channels, whatever the decoder gave: gray is repeated. */
function toRgb(data: Buffer, width: number, height: number, channels: number): RgbImage {
  if (channels === 3) {
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
  }
  const rgb = new Uint8Array(width * height * 3);
  const step = channels < 3 ? 0 : 1;
  for (let i = 0, p = 0; i < rgb.length; i += 3, p += channels) {
    rgb[i] = data[p];
    rgb[i + 1] = data[p + step];
    rgb[i + 2] = data[p + 2 * step];
  }
  return { data: rgb, width, height };
}
