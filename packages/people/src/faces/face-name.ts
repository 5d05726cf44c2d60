import { InvalidArgumentError } from '@face-sets/quality';

/**
 * Name of a face: what it is, not where it lies. `<first 16 hex digits of the photo's SHA-256>@x,y,w,h`, the box in
 * shares of the upright photo's width and height, with 3 decimals. It holds in every cache of the photo, whatever model
 * made it and wherever the file lies.
 */
export type FaceName = string;

/** What a {@link FaceName} says. */
export interface FacePlace {
  /** First 16 hexadecimal digits of the SHA-256 of the photo, in lower case. */
  photo: string;
  /** `[x1, y1, x2, y2]` in shares of the upright photo's width and height; may reach beyond 0 and 1. */
  box: [number, number, number, number];
}

/** How many digits of the hash a name has. */
const PHOTO_DIGITS = 16;
const PATTERN = /^([0-9a-f]{16})@(-?\d+\.\d{3}),(-?\d+\.\d{3}),(\d+\.\d{3}),(\d+\.\d{3})$/;

/**
 * The name of a face.
 *
 * @param sha256 of the photo's file, hexadecimal; 16 digits are enough
 * @param bbox   `[x1, y1, x2, y2]` in pixels of the upright photo
 * @param photo  size of the upright photo in pixels
 * @throws InvalidArgumentError for a hash that is none, a size that is not positive or a box that is not finite or empty
 */
export function faceName(
  sha256: string,
  bbox: ArrayLike<number>,
  photo: { width: number; height: number },
): FaceName {
  const digits = sha256.slice(0, PHOTO_DIGITS).toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(digits)) {
    throw new InvalidArgumentError(`sha256: expected hexadecimal digits, received ${JSON.stringify(sha256)}`);
  }
  const { width, height } = photo;
  if (!(width > 0 && height > 0 && width < Infinity && height < Infinity)) {
    throw new InvalidArgumentError(`photo: expected a size of 1x1 or more, received ${width}x${height}`);
  }
  const [x1, y1, x2, y2] = [bbox[0] / width, bbox[1] / height, bbox[2] / width, bbox[3] / height];
  if (![x1, y1, x2, y2].every(Number.isFinite) || x2 < x1 || y2 < y1) {
    throw new InvalidArgumentError(
      `bbox: expected [x1, y1, x2, y2] in pixels, received [${Array.from(bbox).join(', ')}]`,
    );
  }
  return `${digits}@${[x1, y1, x2 - x1, y2 - y1].map(share).join()}`;
}

/**
 * What a face's name says.
 *
 * @throws InvalidArgumentError where it is no name of a face
 */
export function parseFaceName(name: FaceName): FacePlace {
  const parts = PATTERN.exec(name);
  if (!parts) {
    throw new InvalidArgumentError(
      `expected a face such as 0123456789abcdef@0.250,0.100,0.125,0.200, received ${JSON.stringify(name)}`,
    );
  }
  const [x, y, w, h] = parts.slice(2).map(Number);
  return { photo: parts[1], box: [x, y, x + w, y + h] };
}

/** Whether a text is a face's name. */
export function isFaceName(text: string): boolean {
  return PATTERN.test(text);
}

/** The photo of a face's name: its first 16 digits, without looking at the rest. */
export function photoOf(name: FaceName): string {
  return name.slice(0, PHOTO_DIGITS);
}

function share(value: number): string {
  const text = value.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}
