import {
  type Box,
  type GrayRegion,
  grayThumbnail,
  hashDistance,
  hashOfThumbnail,
  mirroredThumbnail,
  type PerceptualHash,
  partOfThumbnail,
  type RgbImage,
  thumbnailCorrelation,
  thumbnailVariance,
} from '@face-sets/quality';

/** Side of the gray picture that is kept of a photo while it is compared: a face of a tenth of it has 26 pixels. */
const SIDE = 256;
/** Padding around a face, as a share of its size on each side. */
const PADDING = 0.15;

/** What is kept of a photo to compare it. */
export interface PhotoThumbnail {
  /** A picture of 256×256, whatever the shape of the photo. */
  gray: Uint8Array;
  /** Of the whole photo. */
  hash: PerceptualHash;
}

/** How alike two photos are. */
export interface PhotoLikeness {
  /** Bits, of 64, in which their perceptual hashes differ. */
  hashDistance: number;
  /** Least correlation of the pixels of a face in one with those in the same place of the other, -1 to 1. */
  correlation: number;
}

/** Takes the thumbnail of a photo, in full or made smaller. */
export function photoThumbnail(image: RgbImage): PhotoThumbnail {
  const { width, height } = image;
  const values = grayThumbnail(image, { left: 0, top: 0, width, height }, SIDE);
  const gray = new Uint8Array(values.length);
  for (let i = 0; i < gray.length; i++) gray[i] = Math.round(values[i]);
  return thumbnailOf(gray);
}

/** The thumbnail of the photo as seen in a mirror. */
export function mirroredPhoto({ gray }: PhotoThumbnail): PhotoThumbnail {
  return thumbnailOf(mirroredThumbnail(gray));
}

function thumbnailOf(gray: Uint8Array): PhotoThumbnail {
  const whole = { left: 0, top: 0, width: SIDE, height: SIDE };
  return { gray, hash: hashOfThumbnail(partOfThumbnail(gray, whole)) };
}

/**
 * Compares two photos: the whole by its perceptual hash, and the faces pixel by pixel, which tells a copy from the next
 * shot of a burst. Neither size nor compression nor brightness nor contrast matters.
 *
 * @param places Where the faces are, as shares of width and height; outside of them only the hash counts.
 */
export function comparePhotos(a: PhotoThumbnail, b: PhotoThumbnail, places: readonly Box[]): PhotoLikeness {
  let correlation = 1;
  for (const place of places) {
    const region = regionOf(place, PADDING);
    const [faceA, faceB] = [partOfThumbnail(a.gray, region), partOfThumbnail(b.gray, region)];
    correlation = Math.min(correlation, thumbnailCorrelation(faceA, faceB));
  }
  return { hashDistance: hashDistance(a.hash, b.hash), correlation };
}

/** Variance of the gray values of a face, in gray levels squared: its contrast. */
export function faceVariance({ gray }: PhotoThumbnail, place: Box): number {
  return thumbnailVariance(partOfThumbnail(gray, regionOf(place, 0)));
}

function regionOf([x1, y1, x2, y2]: Box, padding: number): GrayRegion {
  const [padX, padY] = [(x2 - x1) * padding, (y2 - y1) * padding];
  return {
    left: (x1 - padX) * SIDE,
    top: (y1 - padY) * SIDE,
    width: (x2 - x1 + 2 * padX) * SIDE,
    height: (y2 - y1 + 2 * padY) * SIDE,
  };
}
