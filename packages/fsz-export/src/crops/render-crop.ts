import { type Box, boxInCrop, type CropRegion, checkImage, type RgbImage } from '@face-sets/quality';
import { softFill } from './soft-fill.js';

/** Options of {@link renderCrop}. */
export interface RenderCropOptions {
  /** Side of the crop in pixels; default 512. */
  size?: number;
  /** Boxes of other faces to cover, pixels of the photo. */
  masks?: readonly Box[];
  /** The face that a mask must not touch, pixels of the photo. */
  keep?: Box;
  /** How far a mask reaches around its box; 1 (default) covers a head with its hair. */
  maskGrowth?: number;
}

/** Radii of a mask's ellipse: of its solid part and of its soft edge, as shares of the box's sides. */
const MASK_SOLID = 0.7;
const MASK_EDGE = 1.0;
/** Radii of the ellipse that is kept, likewise: inside the first no fill, beyond the second all of it. */
const KEEP_SOLID = 0.55;
const KEEP_EDGE = 0.75;
/**
 * How far a mirrored edge of the photo is seen before the fill has covered it, as a share of the crop: enough
 * to hide the seam, too little to make a face of half a one.
 */
const MIRROR_REACH = 0.015;
/**
 * `reach` of the fill outside the photo. A face whose forehead or chin is cut off by the photo's edge is changed by what
 * stands there instead: skin that goes on to the edge of the crop moves its embedding by 0.031 (cosine distance of the
 * means of 13 people's portraits), a fill that soon is the photo's mean color by 0.012.
 */
const OUTSIDE_REACH = 1;

/**
 * Shows a square region of a photo at exactly `size`×`size` pixels, made smaller with a Lanczos-3 kernel or larger by
 * bicubic interpolation, which is what libvips enlarges with. Outside the photo its edge is mirrored and goes over into a soft continuation, and so do the masked
 * parts continue what is around them: nothing is black, nothing has a hard edge.
 *
 * @param image The upright photo.
 * @param region See `cropRegion`.
 */
export async function renderCrop(
  image: RgbImage,
  region: CropRegion,
  options: RenderCropOptions = {},
): Promise<RgbImage> {
  checkImage(image, 3);
  const { default: sharp } = await import('sharp');
  const size = options.size ?? 512;
  const square = squareOf(image, region);
  const { data } = await sharp(square, { raw: { width: region.side, height: region.side, channels: 3 } })
    .resize(size, size, { fit: 'fill', kernel: 'lanczos3' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const crop = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const inside =
    region.x >= 0 &&
    region.y >= 0 &&
    region.x + region.side <= image.width &&
    region.y + region.side <= image.height;
  if (inside && !options.masks?.length) return { data: crop, width: size, height: size };
  const outside = new Float32Array(size * size);
  markOutside(outside, image, region, size);
  if (options.masks?.length) coverMasks(crop, outside, region, size, options);
  softFill(crop, outside, size, size, OUTSIDE_REACH);
  return { data: crop, width: size, height: size };
}

/** Covers the masked parts that lie in the photo, without a look at what is mirrored outside. */
function coverMasks(
  crop: Uint8Array,
  outside: Float32Array,
  region: CropRegion,
  size: number,
  { masks = [], keep, maskGrowth = 1 }: RenderCropOptions,
): void {
  const fill = outside.slice();
  const kept = keep && boxInCrop(keep, region, size);
  for (const mask of masks) markMask(fill, boxInCrop(mask, region, size), kept, size, maskGrowth);
  const covered = crop.slice();
  softFill(covered, fill, size, size);
  for (let i = 0; i < fill.length; i++) {
    if (outside[i] === 0 && fill[i] > 0) crop.set(covered.subarray(i * 3, i * 3 + 3), i * 3);
  }
}

/** The region's pixels; outside the photo it is mirrored at its edges. */
function squareOf(image: RgbImage, { x, y, side }: CropRegion): Uint8Array {
  const { data, width, height } = image;
  const square = new Uint8Array(side * side * 3);
  const columns = Int32Array.from({ length: side }, (_, i) => mirrored(x + i, width) * 3);
  const from = Math.min(Math.max(-x, 0), side);
  const to = Math.max(from, Math.min(width - x, side));
  for (let row = 0; row < side; row++) {
    const source = mirrored(y + row, height) * width * 3;
    const target = row * side * 3;
    square.set(data.subarray(source + (x + from) * 3, source + (x + to) * 3), target + from * 3);
    for (let i = 0; i < side; i++) {
      if (i === from) i = to;
      if (i >= side) break;
      for (let c = 0; c < 3; c++) square[target + i * 3 + c] = data[source + columns[i] + c];
    }
  }
  return square;
}

/** An index into `length` pixels that are repeated back and forth: 2 1 0 | 0 1 2 | 2 1 0. */
function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const at = ((index % period) + period) % period;
  return at < length ? at : period - 1 - at;
}

/** Marks what shows no pixel of the photo: from the mirrored edge it goes over into the fill. */
function markOutside(fill: Float32Array, image: RgbImage, region: CropRegion, size: number): void {
  const [left, top, right, bottom] = boxInCrop([0, 0, image.width, image.height], region, size);
  if (left <= 0 && top <= 0 && right >= size && bottom >= size) return;
  const reach = size * MIRROR_REACH;
  for (let y = 0; y < size; y++) {
    const outY = Math.max(top - y, y + 1 - bottom, 0);
    for (let x = 0; x < size; x++) {
      const out = Math.hypot(Math.max(left - x, x + 1 - right, 0), outY);
      if (out > 0) fill[y * size + x] = Math.max(1e-3, smooth(out / reach));
    }
  }
}

function markMask(fill: Float32Array, box: Box, keep: Box | undefined, size: number, growth: number): void {
  const reachX = (box[2] - box[0]) * MASK_EDGE * growth;
  const reachY = (box[3] - box[1]) * MASK_EDGE * growth;
  const centerX = (box[0] + box[2]) / 2;
  const centerY = (box[1] + box[3]) / 2;
  const endX = Math.min(size, Math.ceil(centerX + reachX));
  const endY = Math.min(size, Math.ceil(centerY + reachY));
  for (let y = Math.max(0, Math.floor(centerY - reachY)); y < endY; y++) {
    for (let x = Math.max(0, Math.floor(centerX - reachX)); x < endX; x++) {
      const amount = 1 - ramp(box, x, y, MASK_SOLID * growth, MASK_EDGE * growth);
      const allowed = keep ? ramp(keep, x, y, KEEP_SOLID, KEEP_EDGE) : 1;
      fill[y * size + x] = Math.max(fill[y * size + x], amount * allowed);
    }
  }
}

/** 0 within the inner ellipse of a box, 1 outside the outer one, smooth between; radii as shares of its sides. */
function ramp(box: Box, x: number, y: number, inner: number, outer: number): number {
  const dx = (x + 0.5 - (box[0] + box[2]) / 2) / (box[2] - box[0]);
  const dy = (y + 0.5 - (box[1] + box[3]) / 2) / (box[3] - box[1]);
  return smooth((Math.hypot(dx, dy) - inner) / (outer - inner));
}

/** 0 up to 0, 1 from 1 on, and a cubic between without a kink. */
function smooth(t: number): number {
  const at = Math.min(1, Math.max(0, t));
  return at * at * (3 - 2 * at);
}
