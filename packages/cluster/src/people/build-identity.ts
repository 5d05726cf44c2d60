import { checkEntries, InvalidArgumentError } from '../invalid-argument.js';
import { agglomerative } from '../linkage/agglomerative.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { centroidOf } from '../vectors/centroids.js';
import { distancesTo } from '../vectors/cosine-distance.js';
import { membersOf } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, hasDirection, takeRows } from '../vectors/matrix.js';

/** Clusters of this share of the largest one's images are tried as the start of the identity too. */
const SEED_SHARE = 0.5;
/** Someone else in so many photos without the person, as a share of the person's photos, makes it a folder of several. */
const OTHER_SHARE = 0.5;

export interface IdentityOptions {
  /** Image that each row of the matrix is in, by any numbering: a person has one face in an image at most. */
  imageIndex: ArrayLike<number>;
  /**
   * Largest cosine distance to the centroid in each pass of the outlier rejection. Default `[0.55, 0.45]`: the first
   * one gathers, the second one tightens.
   */
  thresholds?: readonly number[];
  /** The person must be in at least this share of the images. Default 0.5. */
  minShare?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** Defaults of {@link IdentityOptions}. */
export const DEFAULT_IDENTITY_OPTIONS: Readonly<Required<Pick<IdentityOptions, 'thresholds' | 'minShare'>>> =
  {
    thresholds: [0.55, 0.45],
    minShare: 0.5,
  };

/** What became of one face in {@link buildIdentity}. */
export type IdentityOutcome =
  | { status: 'kept'; distance: number }
  | { status: 'rejected'; reason: 'invalid-embedding' }
  /** Someone else, or too far from the others to be sure. */
  | { status: 'rejected'; reason: 'outlier'; distance: number; limit: number }
  /** Another face in the image, in `row`, is nearer. */
  | { status: 'rejected'; reason: 'same-image'; distance: number; row: number };

/** Someone among the rows who is not the person. */
export interface OtherPerson {
  /** Faces, ascending. */
  rows: number[];
  /** Different images that they are in. */
  images: number;
  /** Those of these images that the person is not in. */
  without: number;
}

/** Whom a set of faces shows, by {@link buildIdentity}. */
export interface Identity {
  /** Centroid of the faces that were kept, of length 1; all zeros where there is none. */
  centroid: Float32Array;
  /** The faces that were kept, ascending; one for each image that the person is in. */
  rows: number[];
  /** One for each row given, in that order; distances are to the centroid of the pass before the last. */
  outcomes: IdentityOutcome[];
  /** Different images with a face that has a direction. */
  images: number;
  /** Faces beyond the first threshold, by person; whoever is in the most images comes first. */
  others: OtherPerson[];
  /**
   * Why it is not to be relied on: `no-face`: no row has a direction; `several-people`: nobody is in enough of the
   * images, someone else is in as many, or someone else is in many images that the person is not in.
   */
  problem: null | 'no-face' | 'several-people';
}

/**
 * Finds the one person that a set of faces should show, such as the faces in the photos of a folder that someone
 * has sorted by hand. Strangers may be in the photos, even a companion in nearly all of them: the person is whoever is in
 * the most of them.
 *
 * 1. Average linkage at the first threshold; every large cluster is a candidate, with its centroid.
 * 2. A pass for each threshold: in each image the face nearest to the centroid, if it is within the threshold, counts
 *    for the next centroid. All faces may come back in a later pass.
 * 3. The candidate that ends with the most images is the person; of equals the one that is alone in most of them.
 *
 * @param rows numbers of rows of `matrix`, without duplicates, in any order
 * @throws {InvalidArgumentError} when `imageIndex` does not have one entry per row of the matrix, or there is no threshold
 */
export async function buildIdentity(
  matrix: FaceMatrix,
  rows: readonly number[],
  options: IdentityOptions,
): Promise<Identity> {
  const { imageIndex, similarity } = options;
  const { thresholds = DEFAULT_IDENTITY_OPTIONS.thresholds, minShare = DEFAULT_IDENTITY_OPTIONS.minShare } =
    options;
  checkMatrix(matrix);
  checkEntries('imageIndex', imageIndex.length, matrix.rows);
  if (thresholds.length === 0) throw new InvalidArgumentError('thresholds is empty: expected at least one');
  const directed = rows.filter((row) => hasDirection(matrix, row)).sort((a, b) => a - b);
  const imagesOf = (some: readonly number[]) => new Set(some.map((row) => imageIndex[row])).size;
  if (directed.length === 0) {
    return {
      centroid: new Float32Array(matrix.cols),
      rows: [],
      outcomes: rows.map(() => ({ status: 'rejected', reason: 'invalid-embedding' })),
      images: 0,
      others: [],
      problem: 'no-face',
    };
  }

  const labels = await agglomerative(takeRows(matrix, directed), { threshold: thresholds[0], similarity });
  const clusters = membersOf(labels).map((members) => members.map((at) => directed[at]));
  const sizes = clusters.map(imagesOf);
  const largest = Math.max(...sizes);
  const facesIn = new Map<number, number>();
  for (const row of directed) facesIn.set(imageIndex[row], (facesIn.get(imageIndex[row]) ?? 0) + 1);
  const found = clusters
    .filter((_, cluster) => sizes[cluster] >= SEED_SHARE * largest)
    .map((cluster) => {
      const pass = gather(matrix, directed, imageIndex, centroidOf(matrix, cluster), thresholds);
      return { pass, alone: pass.kept.filter((row) => facesIn.get(imageIndex[row]) === 1).length };
    })
    .sort((a, b) => b.pass.kept.length - a.pass.kept.length || b.alone - a.alone);
  const { kept, distance, ofImage } = found[0].pass;

  const limit = thresholds[thresholds.length - 1];
  const others = clusters
    .map((cluster) => cluster.filter((row) => (distance.get(row) as number) > thresholds[0]))
    .filter((cluster) => cluster.length > 0)
    .map((cluster): OtherPerson => {
      const without = cluster.filter((row) => !ofImage.has(imageIndex[row]));
      return { rows: cluster, images: imagesOf(cluster), without: imagesOf(without) };
    })
    .sort((a, b) => b.images - a.images || b.without - a.without || a.rows[0] - b.rows[0]);
  const images = facesIn.size;
  const clear =
    kept.length >= minShare * images &&
    others.every((other) => other.images < kept.length && other.without < OTHER_SHARE * kept.length);
  return {
    centroid: centroidOf(matrix, kept),
    rows: kept,
    outcomes: rows.map((row): IdentityOutcome => {
      const gap = distance.get(row);
      if (gap === undefined) return { status: 'rejected', reason: 'invalid-embedding' };
      if (!(gap <= limit)) return { status: 'rejected', reason: 'outlier', distance: gap, limit };
      const nearest = ofImage.get(imageIndex[row]) as number;
      return nearest === row
        ? { status: 'kept', distance: gap }
        : { status: 'rejected', reason: 'same-image', distance: gap, row: nearest };
    }),
    images,
    others,
    problem: clear ? null : 'several-people',
  };
}

/** The faces around a centroid that moves with them. */
interface Gathered {
  /** Ascending, one an image. */
  kept: number[];
  /** Of each row, to the centroid of the last pass. */
  distance: Map<number, number>;
  /** The face kept of each image. */
  ofImage: Map<number, number>;
}

function gather(
  matrix: FaceMatrix,
  rows: readonly number[],
  imageIndex: ArrayLike<number>,
  seed: Float32Array,
  thresholds: readonly number[],
): Gathered {
  const faces = takeRows(matrix, rows);
  let gathered: Gathered | undefined;
  let centroid = seed;
  for (const threshold of thresholds) {
    const gaps = distancesTo(faces, centroid);
    const distance = new Map(rows.map((row, at) => [row, gaps[at]]));
    const ofImage = new Map<number, number>();
    rows.forEach((row, at) => {
      if (!(gaps[at] <= threshold)) return;
      const other = ofImage.get(imageIndex[row]);
      if (other === undefined || gaps[at] < (distance.get(other) as number))
        ofImage.set(imageIndex[row], row);
    });
    const kept = [...ofImage.values()].sort((a, b) => a - b);
    gathered = { kept, distance, ofImage };
    centroid = centroidOf(matrix, kept);
  }
  return gathered as Gathered;
}
