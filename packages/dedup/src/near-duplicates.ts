import { type CacheWith, facesByImage } from '@face-sets/cache-npz';
import { forEachLimit } from '@face-sets/files';
import type { DuplicatesManifest } from '@face-sets/manifests';
import { type Box, hashDistance, type PerceptualHash } from '@face-sets/quality';
import { comparePhotos, mirroredPhoto, type PhotoThumbnail } from './compare-photos.js';
import { type CandidatePair, mirroredPlace, placeOf } from './duplicate-candidates.js';
import type { FindDuplicatesInput } from './find-duplicates-input.js';
import { groupsOf } from './group-copies.js';
import { numbered } from './group-id.js';
import { type CopyPair, connectedParts, imagesOf } from './photo-pairs.js';
import { type CopyEvidence, evidenceOf, readThumbnail } from './read-copies.js';

/** Bits, of 64, in which the hashes of two copies may differ; crops of a tenth differ in 14 or more. */
const MOST_HASH_DISTANCE = 10;
/**
 * Least correlation of the pixels of each face in two copies. Of 5,037 pairs of copies (a third of the size, brighter,
 * sharpened, blurred, compressed to quality 30, in any combination of two) 99.9 % have more; other shots of the person in
 * the same place have 0.93 at most.
 */
const LEAST_CORRELATION = 0.95;
/** Thumbnails that stay in memory, 66 kB each; photos beyond are decoded again if they may still be copies. */
const MOST_KEPT = 4000;

/**
 * Groups of photos that are the same to the eye, best copy first. What cannot be read is added to `problems`.
 *
 * @param candidates Pairs that may be copies, by what the cache knows.
 */
export async function nearDuplicates(
  cache: CacheWith<'embedding' | 'bbox' | 'blur'>,
  candidates: readonly CandidatePair[],
  input: FindDuplicatesInput,
  problems: DuplicatesManifest['problems'],
): Promise<DuplicatesManifest['near_duplicates']> {
  const { decode, concurrency = 2, onProgress, signal } = input;
  const total = imagesOf(candidates).length;
  let done = 0;
  onProgress?.({ done, total });
  const kept = new Map<number, PhotoThumbnail>();
  const hashes = new Map<number, Hashes>();
  const needMirror = new Set(candidates.filter((pair) => pair.mirrored).map(({ b }) => b));
  await forEachLimit(imagesOf(candidates), concurrency, async (index) => {
    signal?.throwIfAborted();
    const look = await readThumbnail(cache.images[index], decode);
    if ('problem' in look) problems.push(look.problem);
    else {
      const { thumbnail } = look;
      const mirrored = needMirror.has(index) ? mirroredPhoto(thumbnail).hash : null;
      hashes.set(index, { plain: thumbnail.hash, mirrored });
      if (kept.size < MOST_KEPT) kept.set(index, thumbnail);
    }
    onProgress?.({ done: ++done, total });
  });

  const alike = candidates.filter((pair) => sameHash(pair, hashes));
  const rows = facesByImage(cache);
  const groups: { first: number; group: DuplicatesManifest['near_duplicates'][number] }[] = [];
  // One connected part after the other: of the thumbnails that were not kept only those of one are in memory.
  for (const pairs of connectedParts(alike)) {
    const thumbnails = new Map<number, PhotoThumbnail>();
    await forEachLimit(imagesOf(pairs), concurrency, async (index) => {
      signal?.throwIfAborted();
      const known = kept.get(index);
      const look = known ? { thumbnail: known } : await readThumbnail(cache.images[index], decode);
      if ('problem' in look) problems.push(look.problem);
      else thumbnails.set(index, look.thumbnail);
    });
    const copies = copyPairs(cache, pairs, thumbnails);
    const evidence = new Map<number, CopyEvidence>();
    await forEachLimit(imagesOf(copies), concurrency, async (index) => {
      signal?.throwIfAborted();
      evidence.set(index, await evidenceOf(cache, index, rows[index], decode));
    });
    groups.push(...groupsOf(cache, rows, copies, thumbnails, evidence));
  }
  problems.sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0));
  return groups
    .sort((x, y) => x.first - y.first)
    .map(({ group }, i) => ({ ...group, id: numbered('near', i) }));
}

/** Hashes of a photo, and of its mirror image where that is compared. */
interface Hashes {
  plain: PerceptualHash;
  mirrored: PerceptualHash | null;
}

function sameHash({ a, b, mirrored }: CandidatePair, hashes: ReadonlyMap<number, Hashes>): boolean {
  const first = hashes.get(a)?.plain;
  const second = mirrored ? hashes.get(b)?.mirrored : hashes.get(b)?.plain;
  return first && second ? hashDistance(first, second) <= MOST_HASH_DISTANCE : false;
}

/** The candidates that are copies to the eye, one at most for two photos. */
function copyPairs(
  cache: CacheWith<'bbox'>,
  candidates: readonly CandidatePair[],
  thumbnails: ReadonlyMap<number, PhotoThumbnail>,
): CopyPair[] {
  const copies = new Map<string, CopyPair>();
  const mirrors = new Map<number, PhotoThumbnail>();
  const mirrorOf = (image: number, thumbnail: PhotoThumbnail) => {
    const mirror = mirrors.get(image) ?? mirroredPhoto(thumbnail);
    mirrors.set(image, mirror);
    return mirror;
  };
  for (const pair of candidates) {
    const [a, b] = [thumbnails.get(pair.a), thumbnails.get(pair.b)];
    const key = `${pair.a} ${pair.b}`;
    // A picture that is its own mirror image is a plain copy: that one comes first.
    if (!a || !b || copies.has(key)) continue;
    const places = pair.faces.map((face): Box => {
      const [placeA, placeB] = [placeOf(cache, face.a), placeOf(cache, face.b)];
      const other = pair.mirrored ? mirroredPlace(placeB) : placeB;
      const [x1, y1, x2, y2] = placeA.map((value, k) => (value + other[k]) / 2);
      return [x1, y1, x2, y2];
    });
    const likeness = comparePhotos(a, pair.mirrored ? mirrorOf(pair.b, b) : b, places);
    if (likeness.hashDistance > MOST_HASH_DISTANCE || !(likeness.correlation >= LEAST_CORRELATION)) continue;
    copies.set(key, { ...pair, ...likeness });
  }
  return [...copies.values()];
}
