import { type CacheWith, embeddingMatrix, faceBbox } from '@face-sets/cache-npz';
import {
  cosineDistance,
  normalizeRows,
  type PairChunk,
  rowOf,
  type SimilarityBackend,
  wasmSimilarity,
} from '@face-sets/cluster';
import { type Box, iou } from '@face-sets/quality';

/** Copies keep the shape of the photo: rounding to whole pixels changes it by less. */
const MOST_SHAPE_CHANGE = 1.02;
/** Least overlap (intersection over union) of a face's places in two photos, both laid over each other. */
const LEAST_OVERLAP = 0.7;

/** A face of one photo and a face of another that may be the same pixels. */
export interface FaceMatch {
  /** Rows of the cache. */
  a: number;
  b: number;
  /** Cosine distance. */
  distance: number;
}

/** Two photos that may be copies, `a` before `b` in the cache. */
export interface CandidatePair {
  /** Indexes of images. */
  a: number;
  b: number;
  /** `b` is to be compared as seen in a mirror. */
  mirrored: boolean;
  /** Each face once at most. */
  faces: FaceMatch[];
}

/**
 * Pairs of photos that may be copies of one another by what the cache knows: the same shape of photo, faces of
 * nearly the same embedding in the same place of it. Of the faces of the photo that has fewer, at least half have such
 * a counterpart: in a small copy a small face may be lost, or its embedding be off. No photo is read.
 *
 * Time is that of comparing all faces (see `agglomerative` of `@face-sets/cluster`); memory is linear in faces and in
 * pairs in the same place.
 *
 * @param threshold Largest cosine distance of two faces.
 * @param mirrored Look for mirrored copies too.
 */
export async function duplicateCandidates(
  cache: CacheWith<'embedding' | 'bbox'>,
  { threshold, mirrored, similarity = wasmSimilarity() }: CandidateSearch,
): Promise<CandidatePair[]> {
  const { images, imageIndex, faceCount, dim } = cache;
  const matrix = embeddingMatrix(cache);
  const places = Array.from({ length: faceCount }, (_, row) => placeOf(cache, row));
  const faces = new Int32Array(images.length);
  for (let row = 0; row < faceCount; row++) faces[imageIndex[row]]++;
  const pairs = new Map<string, CandidatePair>();

  const consider = (i: number, j: number) => {
    const swap = imageIndex[i] > imageIndex[j];
    const [rowA, rowB] = swap ? [j, i] : [i, j];
    const [a, b] = [imageIndex[rowA], imageIndex[rowB]];
    if (a === b || images[a].superseded || images[b].superseded) return;
    const change = (images[a].width / images[a].height) * (images[b].height / images[b].width);
    if (!(Math.max(change, 1 / change) <= MOST_SHAPE_CHANGE)) return;
    for (const mirror of mirrored ? [false, true] : [false]) {
      if (!(iou(places[rowA], mirror ? mirroredPlace(places[rowB]) : places[rowB]) >= LEAST_OVERLAP))
        continue;
      const distance = cosineDistance(rowOf(matrix, rowA), rowOf(matrix, rowB));
      if (!(distance <= threshold)) return;
      const key = `${a} ${b} ${mirror}`;
      const pair = pairs.get(key) ?? { a, b, mirrored: mirror, faces: [] };
      pair.faces.push({ a: rowA, b: rowB, distance });
      pairs.set(key, pair);
    }
  };
  const unit = normalizeRows(matrix);
  const { tolerance } = similarity;
  const slack = (typeof tolerance === 'function' ? tolerance(dim) : tolerance) + 1e-6;
  await similarity.pairs(unit, 1 - threshold - slack, ({ i, j }: PairChunk) => {
    for (let k = 0; k < i.length; k++) if (i[k] < j[k]) consider(i[k], j[k]);
  });

  const found: CandidatePair[] = [];
  for (const pair of pairs.values()) {
    pair.faces = onceEach(pair.faces);
    if (2 * pair.faces.length >= Math.min(faces[pair.a], faces[pair.b])) found.push(pair);
  }
  return found.sort((x, y) => x.a - y.a || x.b - y.b || Number(x.mirrored) - Number(y.mirrored));
}

/** How {@link duplicateCandidates} looks for them. */
export interface CandidateSearch {
  threshold: number;
  mirrored: boolean;
  /** Finds the pairs of similar faces; changes the time it takes, never the result. Default `wasmSimilarity()`. */
  similarity?: SimilarityBackend;
}

/** The nearest pairs first, each face once: two detections of one face do not count as two. */
function onceEach(matches: FaceMatch[]): FaceMatch[] {
  const taken = new Set<number>();
  return matches
    .sort((x, y) => x.distance - y.distance || x.a - y.a || x.b - y.b)
    .filter(({ a, b }) => {
      if (taken.has(a) || taken.has(b)) return false;
      taken.add(a).add(b);
      return true;
    });
}

/** Where the face is, as shares of the photo's width and height. */
export function placeOf(cache: CacheWith<'bbox'>, row: number): Box {
  const { width, height } = cache.images[cache.imageIndex[row]];
  const [x1, y1, x2, y2] = faceBbox(cache, row);
  return [x1 / width, y1 / height, x2 / width, y2 / height];
}

/** The place as seen in a mirror. */
export function mirroredPlace([x1, y1, x2, y2]: Box): Box {
  return [1 - x2, y1, 1 - x1, y2];
}
