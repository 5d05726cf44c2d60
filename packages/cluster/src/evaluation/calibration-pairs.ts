import { InvalidArgumentError } from '../invalid-argument.js';
import { cosineDistance } from '../vectors/cosine-distance.js';
import { membersOf } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, rowOf } from '../vectors/matrix.js';

/** What is known of the faces of a library without anyone having said who they are. */
export interface LibraryFaces {
  /** Image that each face is in: a whole number of 0 or more; a negative one leaves the face out. */
  imageIndex: ArrayLike<number>;
  /**
   * Where each face is: `[x1, y1, x2, y2]` as shares of the image's width and height, flat, 4 numbers a face. Needed for
   * pairs from bursts.
   */
  places?: ArrayLike<number>;
  /** When each image was taken, in milliseconds from any point in time; NaN where it is not known. */
  takenAt?: ArrayLike<number>;
  /** Shape of each image, width over height: neighbors in a burst have the same. Default: not compared. */
  shape?: ArrayLike<number>;
  /** Pairs of faces known to be of one person, such as those of near-duplicate photos. */
  same?: Iterable<readonly [number, number]>;
}

export interface CalibrationPairOptions {
  /** Two photos taken no more than so many seconds apart are shots of one burst. Default 3. */
  burstSeconds?: number;
}

/** Two faces at this cosine distance. */
export interface FacePair {
  a: number;
  b: number;
  distance: number;
}

/** Pairs of faces of which it is known whether they are of one person. */
export interface LibraryPairs {
  /** Two faces in one image, taken for different people; grouped by image, in the order of images. */
  different: FacePair[];
  /** The given pairs of one person. */
  same: FacePair[];
  /** Faces in the same place of two shots of a burst, and so of one person if the times are those of the camera. */
  bursts: FacePair[];
  /** Runs of photos that are close in time but too long for bursts: their times are those of a copy, not of the camera. */
  dismissedRuns: number;
}

/** Fewer pairs of one person do not tell how often such pairs are missed: that rate is then not worth showing. */
export const LEAST_SAME_PAIRS = 20;
/** A photo of a crowd gives no more pairs than this, evenly chosen, lest it speaks for the library. */
const MOST_PAIRS_OF_IMAGE = 100;
/** Copied or downloaded files have times within seconds too; no burst is so long. */
const LONGEST_BURST = 30;
/** Least overlap (intersection over union) of one person's places in two shots of a burst. */
const LEAST_OVERLAP = 0.5;

/**
 * Pairs for `calibrateThreshold` that need no labels. Two faces in one image are of different people (mirrors and
 * collages are for {@link calibrateLibrary} to find). Of one person are the given near-duplicates, and two faces in
 * the same place of two photos that follow each other within seconds (`bursts`), whatever their embeddings.
 *
 * @throws {InvalidArgumentError} where a list has not one entry for each row or image
 */
export function calibrationPairs(
  matrix: FaceMatrix,
  faces: LibraryFaces,
  { burstSeconds = 3 }: CalibrationPairOptions = {},
): LibraryPairs {
  checkMatrix(matrix);
  const { imageIndex, places } = faces;
  checkLength('imageIndex', imageIndex.length, matrix.rows);
  if (places) checkLength('places', places.length, 4 * matrix.rows);
  const rowsOfImage = membersOf(imageIndex);
  const pair = (a: number, b: number): FacePair => ({
    a,
    b,
    distance: cosineDistance(rowOf(matrix, a), rowOf(matrix, b)),
  });

  const different: FacePair[] = [];
  for (const rows of rowsOfImage) {
    const all = (rows.length * (rows.length - 1)) / 2;
    const wanted = Math.min(all, MOST_PAIRS_OF_IMAGE);
    let at = 0;
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length; j++, at++) {
        const chosen = Math.floor(((at + 1) * wanted) / all) > Math.floor((at * wanted) / all);
        if (chosen) different.push(pair(rows[i], rows[j]));
      }
    }
  }
  const same = new Map<string, FacePair>();
  for (const [a, b] of faces.same ?? []) if (a !== b) same.set(keyOf(a, b), pair(a, b));
  const bursts = burstPairs(rowsOfImage, faces, 1000 * burstSeconds);
  return {
    different,
    same: [...same.values()],
    bursts: bursts.pairs.filter(([a, b]) => !same.has(keyOf(a, b))).map(([a, b]) => pair(a, b)),
    dismissedRuns: bursts.dismissed,
  };
}

function keyOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Faces in the same place of two photos that follow each other within `gap` milliseconds. */
function burstPairs(rowsOfImage: readonly number[][], { takenAt, shape, places }: LibraryFaces, gap: number) {
  const pairs: [number, number][] = [];
  let dismissed = 0;
  if (!takenAt || !places) return { pairs, dismissed };
  const order = rowsOfImage
    .map((_, image) => image)
    .filter((image) => rowsOfImage[image].length > 0 && Number.isFinite(takenAt[image]))
    .sort((x, y) => takenAt[x] - takenAt[y] || x - y);
  let run: number[] = [];
  for (const [k, image] of order.entries()) {
    run.push(image);
    if (k + 1 < order.length && takenAt[order[k + 1]] - takenAt[image] <= gap) continue;
    if (run.length > LONGEST_BURST) dismissed++;
    else for (let i = 1; i < run.length; i++) pairs.push(...samePlaces(run[i - 1], run[i]));
    run = [];
  }
  return { pairs, dismissed };

  function samePlaces(first: number, second: number): [number, number][] {
    if (shape && !(Math.abs(shape[first] / shape[second] - 1) < 0.02)) return [];
    const nearest = (row: number, among: readonly number[]) => {
      const best = among.reduce((a, b) => (overlap(row, b) > overlap(row, a) ? b : a));
      return overlap(row, best) >= LEAST_OVERLAP ? best : -1;
    };
    const [before, after] = [rowsOfImage[first], rowsOfImage[second]];
    return before.flatMap((row): [number, number][] => {
      const other = nearest(row, after);
      return other >= 0 && nearest(other, before) === row ? [[row, other]] : [];
    });
  }

  function overlap(rowA: number, rowB: number): number {
    const [a, b] = [4 * rowA, 4 * rowB];
    const at = places as ArrayLike<number>;
    const width = Math.min(at[a + 2], at[b + 2]) - Math.max(at[a], at[b]);
    const height = Math.min(at[a + 3], at[b + 3]) - Math.max(at[a + 1], at[b + 1]);
    if (!(width > 0 && height > 0)) return 0;
    const area = (i: number) => (at[i + 2] - at[i]) * (at[i + 3] - at[i + 1]);
    return (width * height) / (area(a) + area(b) - width * height);
  }
}

function checkLength(name: string, found: number, expected: number): void {
  if (found !== expected)
    throw new InvalidArgumentError(`${name} has ${found} entries, expected ${expected}`);
}
