import { type CacheWith, faceBbox } from '@face-sets/cache-npz';
import { type DuplicatesManifest, photoRefOf, type Rejection, rounded } from '@face-sets/manifests';
import {
  bestCopy,
  type Copy,
  type CopyTraits,
  sharpnessScore,
  shortEdge,
  TYPICAL_VARIANCE,
  whyNotBest,
} from '@face-sets/quality';
import { faceVariance, type PhotoThumbnail } from './compare-photos.js';
import { placeOf } from './duplicate-candidates.js';
import { type CopyPair, connectedParts, imagesOf } from './photo-pairs.js';
import type { CopyEvidence } from './read-copies.js';

/**
 * Groups of copies: each is a best one with all that are copies of it directly.
 *
 * @param rows Faces of every image.
 */
export function* groupsOf(
  cache: CacheWith<'bbox' | 'blur'>,
  rows: readonly (readonly number[])[],
  pairs: readonly CopyPair[],
  thumbnails: ReadonlyMap<number, PhotoThumbnail>,
  evidence: ReadonlyMap<number, CopyEvidence>,
): Generator<{ first: number; group: DuplicatesManifest['near_duplicates'][number] }> {
  const waiting = connectedParts(pairs);
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    const images = imagesOf(part);
    // Of all or of none: what is measured with and without them cannot be compared.
    const measured = images.every((image) => evidence.get(image)?.traits);
    const evidenceFor = (image: number): CopyEvidence =>
      measured ? (evidence.get(image) ?? {}) : { file: evidence.get(image)?.file };
    const photos = images.map((image) => ({
      image,
      photo: photoOf(
        cache,
        image,
        rows[image],
        thumbnails.get(image) as PhotoThumbnail,
        evidenceFor(image).traits,
      ),
      evidence: evidenceFor(image),
    }));
    const judged = photos.map(({ photo, evidence }): Copy => ({ ...photo, ...evidence }));
    const { best, why } = bestCopy(judged);
    const { image: bestImage, photo: bestPhoto } = photos[best];
    const judgedOf = new Map(photos.map(({ image }, i) => [image, judged[i]]));
    const pairOf = new Map<number, CopyPair>();
    for (const pair of part) {
      if (pair.a === bestImage) pairOf.set(pair.b, pair);
      if (pair.b === bestImage) pairOf.set(pair.a, pair);
    }
    const copies = photos.flatMap(({ image, photo }) => {
      const pair = pairOf.get(image);
      if (!pair) return [];
      const reason = whyNotBest(judgedOf.get(image) as Copy, judged[best]);
      return [copyOf(cache, photo, bestPhoto, pair, pair.a === bestImage, reason)];
    });
    const taken = new Set([bestImage, ...pairOf.keys()]);
    yield { first: Math.min(...taken), group: { id: '', best: bestPhoto, why, copies } };
    // Copies of copies that are none of the best form groups of their own.
    waiting.push(...connectedParts(part.filter(({ a, b }) => !taken.has(a) && !taken.has(b))));
  }
}

function copyOf(
  cache: CacheWith<'bbox'>,
  photo: ReturnType<typeof photoOf>,
  best: ReturnType<typeof photoOf>,
  pair: CopyPair,
  bestComesFirst: boolean,
  reason: Rejection,
) {
  const faces = pair.faces.map(({ a, b, distance }) =>
    bestComesFirst ? { best: a, own: b, distance } : { best: b, own: a, distance },
  );
  // the same face as the best is shown with, where it was found here
  const face = faces.find(({ best: row }) => row === best.row) ?? faces[0];
  return {
    ...photo,
    ...faceOf(cache, face.own),
    best_row: face.best,
    mirrored: pair.mirrored,
    distance: rounded(Math.max(...faces.map(({ distance }) => distance)), 6),
    hash_distance: pair.hashDistance,
    correlation: rounded(pair.correlation, 4),
    reason,
  };
}

/** The photo as the manifest shows it. */
function photoOf(
  cache: CacheWith<'bbox' | 'blur'>,
  index: number,
  rows: readonly number[],
  thumbnail: PhotoThumbnail,
  traits: CopyTraits | undefined,
) {
  const image = cache.images[index];
  const side = (row: number) => shortEdge(faceBbox(cache, row));
  const scores = rows.map((row) => {
    // a copy with more contrast is not a sharper one
    const variance = faceVariance(thumbnail, placeOf(cache, row));
    const blur = variance > 0 ? (cache.blur[row] * TYPICAL_VARIANCE) / variance : 0;
    // neither is a noisy one, nor one with the edges of blocks
    return sharpnessScore(blur * (traits?.realShare ?? 1), side(row));
  });
  const { width, height, size: bytes } = image;
  return {
    ...photoRefOf(image),
    width,
    height,
    bytes,
    sharpness: rounded(scores.reduce((all, score) => all + score, 0) / scores.length, 4),
    ...faceOf(
      cache,
      rows.reduce((a, b) => (side(b) > side(a) ? b : a)),
    ),
  };
}

function faceOf(cache: CacheWith<'bbox'>, row: number) {
  const [x1, y1, x2, y2] = faceBbox(cache, row).map((value) => rounded(value, 3));
  const bbox: [number, number, number, number] = [x1, y1, x2, y2];
  return { row, bbox };
}
