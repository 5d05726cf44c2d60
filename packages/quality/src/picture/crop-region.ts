/** `[x1, y1, x2, y2]` in pixels. */
export type Box = readonly [number, number, number, number];

/** A square of whole pixels of the upright photo. It may reach outside the photo. */
export interface CropRegion {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  side: number;
}

/** The least padding that a moved or tightened region leaves on every side, as a share of the longer bbox side. */
const LEAST_MARGIN = 0.15;
/** Paddings that are tried to leave a neighbor out, widest first, as shares of the one asked for. */
const TIGHTER = [1, 0.8, 0.6, 0.5];
const STEPS = 6;

/**
 * The square around a face: its center is the bbox's, its side the bbox's longer side plus `padRatio` of it on
 * **each** side. With the default of 0.5 the face fills half of the crop, which is what a detector that looks
 * at 640×640 finds surely; a face that fills the frame is missed.
 *
 * @param bbox Pixels of the photo.
 */
export function cropRegion(bbox: Box, padRatio = 0.5): CropRegion {
  const longer = Math.max(bbox[2] - bbox[0], bbox[3] - bbox[1]);
  const side = Math.max(1, Math.round(longer * (1 + 2 * padRatio)));
  return centered((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2, side);
}

function centered(x: number, y: number, side: number): CropRegion {
  return { x: Math.round(x - side / 2), y: Math.round(y - side / 2), side };
}

/**
 * The square around a face that shows as little as it can of the obstacles (other faces), by shifting and by
 * tightening down to half of the padding. Among equal ones it prefers the wide and the centered. The face keeps
 * a margin of at least 0.15 of its longer side.
 *
 * @param bbox The face, pixels of the photo.
 * @param obstacles Boxes to leave out, pixels of the photo.
 * @param photo Its size: a region that leaves the photo costs too, since nothing is seen there.
 * @returns The region, and the greatest share of an obstacle's area that is still in it.
 */
export function regionAvoiding(
  bbox: Box,
  obstacles: readonly Box[],
  photo: { width: number; height: number },
  padRatio = 0.5,
): { region: CropRegion; overlap: number } {
  const width = bbox[2] - bbox[0];
  const height = bbox[3] - bbox[1];
  const longer = Math.max(width, height);
  const photoArea = photo.width * photo.height;
  let best = { region: cropRegion(bbox, padRatio), overlap: 1 };
  let bestCost = Infinity;
  for (const tighter of TIGHTER) {
    const side = Math.max(1, Math.round(longer * (1 + 2 * padRatio * tighter)));
    const slackX = Math.max(0, (side - width) / 2 - LEAST_MARGIN * longer);
    const slackY = Math.max(0, (side - height) / 2 - LEAST_MARGIN * longer);
    for (let i = -STEPS; i <= STEPS; i++) {
      for (let j = -STEPS; j <= STEPS; j++) {
        const x = (bbox[0] + bbox[2]) / 2 + (slackX * i) / STEPS;
        const y = (bbox[1] + bbox[3]) / 2 + (slackY * j) / STEPS;
        const region = centered(x, y, side);
        let shown = 0;
        let overlap = 0;
        for (const obstacle of obstacles) {
          const share = shareInside(obstacle, region);
          shown += share;
          overlap = Math.max(overlap, share);
        }
        const outside = 1 - (shareInside([0, 0, photo.width, photo.height], region) * photoArea) / side ** 2;
        const shift = (Math.abs(i) + Math.abs(j)) / STEPS;
        const cost = shown + outside + 0.3 * (1 - tighter) + 0.2 * shift;
        if (cost < bestCost) {
          bestCost = cost;
          best = { region, overlap };
        }
      }
    }
  }
  return best;
}

/** The share of a box's area that lies in a region. */
export function shareInside(box: Box, region: CropRegion): number {
  const width = Math.min(box[2], region.x + region.side) - Math.max(box[0], region.x);
  const height = Math.min(box[3], region.y + region.side) - Math.max(box[1], region.y);
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  return width > 0 && height > 0 && area > 0 ? (width * height) / area : 0;
}

/** A box of the photo in pixels of the crop that shows `region` at `size`×`size`. */
export function boxInCrop(box: Box, region: CropRegion, size: number): Box {
  const scale = size / region.side;
  return [
    (box[0] - region.x) * scale,
    (box[1] - region.y) * scale,
    (box[2] - region.x) * scale,
    (box[3] - region.y) * scale,
  ];
}

/** A box of the crop in pixels of the photo: the inverse of {@link boxInCrop}. */
export function boxInPhoto(box: ArrayLike<number>, region: CropRegion, size: number): Box {
  const scale = region.side / size;
  return [
    box[0] * scale + region.x,
    box[1] * scale + region.y,
    box[2] * scale + region.x,
    box[3] * scale + region.y,
  ];
}
