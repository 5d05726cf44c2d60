import { cosineDistance } from '@face-sets/cluster';
import { type Rejection, rejection, rounded, type SwapCrop } from '@face-sets/manifests';
import {
  type Box,
  bboxRect,
  boxInCrop,
  boxInPhoto,
  type CropRegion,
  cropRegion,
  iou,
  measuredText,
  type PixelRect,
  type RgbImage,
  regionAvoiding,
} from '@face-sets/quality';
import type { FaceFinder, FoundFace } from './face-finder.js';
import { faceLuminance } from './face-luminance.js';
import { type RenderCropOptions, renderCrop } from './render-crop.js';

/** Paddings tried when the face is not found again, as shares of the one asked for. */
const OTHER_PADDINGS = [1, 1.5, 0.7, 2, 0.5];
/** Rounds of covering, each reaching a little farther. */
const MASK_GROWTHS = [0.85, 1.05, 1.3];
/** Enlarged more than this, a crop looks soft. */
const MOST_SCALE = 2;
/** A found box that overlaps the expected one by so much may be the same face. */
const SAME_FACE_OVERLAP = 0.3;

/** Options of {@link singleFaceCrop}. */
export interface SingleFaceOptions {
  /** Padding on each side, as a share of the longer bbox side; default 0.5. */
  padRatio?: number;
  /**
   * What is tried first; default the square of {@link cropRegion} with that padding. Where it is given no other paddings
   * are tried.
   */
  region?: CropRegion;
  /** Side of the crop in pixels; default 512. */
  size?: number;
  /** Detector sizes at which the crop must show exactly one face; default `[640, 320]`. */
  verifySizes?: readonly number[];
  /** Largest cosine distance between the face in the crop and the face in the photo; default 0.35. */
  maxDistance?: number;
}

/** The numbers of {@link SingleFaceOptions} where nothing is said. */
export const DEFAULT_CROP_OPTIONS = {
  padRatio: 0.5,
  size: 512,
  verifySizes: [640, 320],
  maxDistance: 0.35,
} satisfies SingleFaceOptions;

/** A photo of which the first try needs a part, and mostly no other is made. */
export interface LazyPhoto {
  /** Of the whole photo. */
  width: number;
  height: number;
  /**
   * A part that lies inside; with `size` a square, which may be resampled as {@link renderCrop} does to that side already.
   */
  part: (part: PixelRect, size?: number) => Promise<RgbImage>;
  whole: () => Promise<RgbImage>;
}

/** A crop verified to show one face, with that face as found at the first size; or the reason why there is none. */
export type SingleFaceResult =
  | { readonly image: RgbImage; readonly crop: SwapCrop; readonly found: FoundFace }
  | { readonly reason: Rejection };

/**
 * Crops a face so that a detector finds that face and no other: a tool that averages all faces of a bundle must not get a
 * stranger's.
 *
 * 1. the square with the padding asked for;
 * 2. a second face is found: the square is shifted and tightened so that it is outside;
 * 3. it is still found: its head is covered with a soft continuation of the surroundings, in up to three
 *    rounds, never over the face itself;
 * 4. the face itself is not found, or has become another (cosine distance): the same with other paddings;
 * 5. else the face is rejected: `second-face`, `not-found-again` or `face-changed`.
 *
 * Every try is rendered and detected again; the first that passes at all sizes is taken.
 *
 * @param photo The upright photo, or how to get at it.
 * @param face Its bbox in pixels of the photo, and its embedding.
 */
export async function singleFaceCrop(
  photo: RgbImage | LazyPhoto,
  face: { bbox: Box; embedding: Float32Array },
  finder: Pick<FaceFinder, 'find'>,
  options: SingleFaceOptions = {},
): Promise<SingleFaceResult> {
  const {
    padRatio = DEFAULT_CROP_OPTIONS.padRatio,
    size = DEFAULT_CROP_OPTIONS.size,
    verifySizes = DEFAULT_CROP_OPTIONS.verifySizes,
    maxDistance = DEFAULT_CROP_OPTIONS.maxDistance,
  } = options;
  const obstacles: Box[] = [];
  let worst: Verdict | undefined;

  let whole = 'data' in photo ? photo : undefined;
  const show = async (region: CropRegion, options: RenderCropOptions): Promise<RgbImage> => {
    if ('part' in photo && !whole && !worst && options.masks?.length === 0) {
      const part = partOf(region, photo);
      if (part) {
        const inside = part.width === region.side && part.height === region.side;
        const seen = await photo.part(part, inside ? size : undefined);
        if (inside && seen.width === size && seen.height === size) return seen;
        const moved = { ...region, x: region.x - part.x, y: region.y - part.y };
        return renderCrop(seen, moved, { size: options.size });
      }
    }
    if ('part' in photo) whole ??= await photo.whole();
    return renderCrop(whole as RgbImage, region, options);
  };

  const attempt = async (
    region: CropRegion,
    method: SwapCrop['method'],
    maskGrowth = 0,
  ): Promise<Extract<SingleFaceResult, { image: RgbImage }> | Verdict> => {
    const masks = maskGrowth > 0 ? obstacles : [];
    const image = await show(region, { size, masks, keep: face.bbox, maskGrowth });
    const verdict = await verify(image, boxInCrop(face.bbox, region, size), face.embedding, finder, {
      verifySizes,
      maxDistance,
    });
    if (verdict.kind !== 'single') {
      for (const other of verdict.others) addObstacle(obstacles, boxInPhoto(other.bbox, region, size));
      return verdict;
    }
    const scale = size / region.side;
    const crop: SwapCrop = {
      region: [region.x, region.y, region.side],
      method,
      scale: rounded(scale, 4),
      upscaled: scale > MOST_SCALE,
      luminance: rounded(faceLuminance(image, boxInCrop(face.bbox, region, size)), 1),
      distance: rounded(verdict.distance, 6),
    };
    return { image, crop, found: verdict.own };
  };

  for (const share of options.region ? [1] : OTHER_PADDINGS) {
    const pad = padRatio * share;
    const region = options.region ?? cropRegion(face.bbox, pad);
    let result = await attempt(region, share === 1 ? 'plain' : 'padded');
    if ('image' in result) return result;
    worst = moreTelling(worst, result);
    if (result.kind !== 'second') continue;
    const avoiding = regionAvoiding(face.bbox, obstacles, photo, pad).region;
    if (!sameRegion(avoiding, region)) {
      result = await attempt(avoiding, 'tightened');
      if ('image' in result) return result;
    }
    for (const growth of MASK_GROWTHS) {
      result = await attempt(avoiding, 'masked', growth);
      if ('image' in result) return result;
      worst = moreTelling(worst, result);
    }
  }
  return { reason: rejectionOf(worst as Verdict, maxDistance) };
}

/** What a region shows of a photo; null where that is nothing. */
export function partOf(region: CropRegion, photo: { width: number; height: number }): PixelRect | null {
  return bboxRect([region.x, region.y, region.x + region.side, region.y + region.side], photo);
}

/** What was found in a crop: the face alone, others beside it, another in its place, or not the face. */
type Verdict =
  | { kind: 'second'; others: FoundFace[] }
  | { kind: 'changed'; distance: number; others: FoundFace[] }
  | { kind: 'missing'; others: FoundFace[] };

function judge(
  found: readonly FoundFace[],
  expected: Box,
  embedding: Float32Array,
  maxDistance: number,
): Verdict | { kind: 'single'; distance: number; own: FoundFace } {
  let own: FoundFace | undefined;
  let ownOverlap = SAME_FACE_OVERLAP;
  for (const candidate of found) {
    const overlap = iou(candidate.bbox, expected);
    if (overlap >= ownOverlap) {
      own = candidate;
      ownOverlap = overlap;
    }
  }
  const others = found.filter((candidate) => candidate !== own);
  if (!own) return { kind: 'missing', others };
  const distance = cosineDistance(own.embedding, embedding);
  if (!(distance <= maxDistance)) return { kind: 'changed', distance, others };
  return others.length > 0 ? { kind: 'second', others } : { kind: 'single', distance, own };
}

/** {@link judge} at every size; the first that is not right ends it. */
async function verify(
  image: RgbImage,
  expected: Box,
  embedding: Float32Array,
  finder: Pick<FaceFinder, 'find'>,
  { verifySizes, maxDistance }: { verifySizes: readonly number[]; maxDistance: number },
): Promise<Verdict | { kind: 'single'; distance: number; own: FoundFace }> {
  let distance = 0;
  let own: FoundFace | undefined;
  // A small size costs little and shows most of what is wrong.
  for (const size of [...new Set(verifySizes)].sort((a, b) => a - b)) {
    const verdict = judge(await finder.find(image, size), expected, embedding, maxDistance);
    if (verdict.kind !== 'single') return verdict;
    distance = Math.max(distance, verdict.distance);
    if (size === verifySizes[0]) own = verdict.own;
  }
  return { kind: 'single', distance, own: own as FoundFace };
}

/**
 * Checks an existing crop as a swap tool would: it must show its face and no other.
 *
 * @param face Its bbox in pixels of the photo, and its embedding.
 * @param crop Where the crop was cut.
 * @returns The face as it is found at the first size, or why the crop cannot be used: the reasons of
 *   {@link singleFaceCrop}.
 */
export async function auditCrop(
  image: RgbImage,
  face: { bbox: Box; embedding: Float32Array },
  crop: Pick<SwapCrop, 'region'>,
  finder: Pick<FaceFinder, 'find'>,
  {
    verifySizes = DEFAULT_CROP_OPTIONS.verifySizes,
    maxDistance = DEFAULT_CROP_OPTIONS.maxDistance,
  }: Pick<SingleFaceOptions, 'verifySizes' | 'maxDistance'> = {},
): Promise<{ found: FoundFace } | { reason: Rejection }> {
  const [x, y, side] = crop.region;
  const expected = boxInCrop(face.bbox, { x, y, side }, image.width);
  const verdict = await verify(image, expected, face.embedding, finder, { verifySizes, maxDistance });
  if (verdict.kind === 'single') return { found: verdict.own };
  if (verdict.kind !== 'second') return { reason: rejectionOf(verdict, maxDistance) };
  const count = verdict.others.length + 1;
  return { reason: rejection('second-face', count, 1, `${count} faces were found in the crop`) };
}

/** Adds a box unless it is one of those known; a box that overlaps a known one replaces it by both's hull. */
function addObstacle(obstacles: Box[], box: Box): void {
  const i = obstacles.findIndex((known) => iou(known, box) > SAME_FACE_OVERLAP);
  if (i < 0) {
    obstacles.push(box);
    return;
  }
  const known = obstacles[i];
  obstacles[i] = [
    Math.min(known[0], box[0]),
    Math.min(known[1], box[1]),
    Math.max(known[2], box[2]),
    Math.max(known[3], box[3]),
  ];
}

function sameRegion(a: CropRegion, b: CropRegion): boolean {
  return a.x === b.x && a.y === b.y && a.side === b.side;
}

/** The verdict that says most about why a face has no crop: a second face before a changed one before none. */
function moreTelling(a: Verdict | undefined, b: Verdict): Verdict {
  const order = { second: 2, changed: 1, missing: 0 };
  return a && order[a.kind] >= order[b.kind] ? a : b;
}

function rejectionOf(verdict: Verdict, maxDistance: number): Rejection {
  if (verdict.kind === 'second') {
    const count = verdict.others.length + 1;
    const message = `${count} faces were found in the crop; tightening, shifting and covering did not help`;
    return rejection('second-face', count, 1, message);
  }
  if (verdict.kind === 'changed') {
    const { distance } = verdict;
    const message = `the face in the crop is ${measuredText(distance, maxDistance)} from the one in the photo, limit ${maxDistance}`;
    return rejection('face-changed', distance, maxDistance, message);
  }
  return { code: 'not-found-again', message: 'the detector does not find the face in its crop' };
}
