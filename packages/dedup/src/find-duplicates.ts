import {
  type CacheImage,
  type CacheView,
  type CacheWith,
  cacheWith,
  faceBbox,
  facesByImage,
} from '@face-sets/cache-npz';
import type { SimilarityBackend } from '@face-sets/cluster';
import { errorText, forEachLimit, sourceState } from '@face-sets/files';
import {
  type CacheRef,
  type DuplicatesManifest,
  MANIFEST_SCHEMA_VERSION,
  namedOptions,
  photoRefOf,
  type Rejection,
  rounded,
} from '@face-sets/manifests';
import { copyFileOf } from '@face-sets/photos';
import {
  type Box,
  bestCopy,
  type Copy,
  type CopyTraits,
  faceTraits,
  hashDistance,
  type PerceptualHash,
  type RgbImage,
  sharpnessScore,
  shortEdge,
  TYPICAL_VARIANCE,
  whyNotBest,
} from '@face-sets/quality';
import {
  comparePhotos,
  faceVariance,
  mirroredPhoto,
  type PhotoThumbnail,
  photoThumbnail,
} from './compare-photos.js';
import { type CandidatePair, duplicateCandidates, mirroredPlace, placeOf } from './duplicate-candidates.js';

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
/** Longer side at which photos are compared, pixels: small ones are fast to decode. */
const LONG_SIDE = 512;

/**
 * Decodes a photo, upright and then turned clockwise by `rotation` degrees. Its longer side need be no more than
 * `longSide` pixels.
 */
export type DuplicateDecoder = (
  path: string,
  options: { longSide: number; rotation: number },
) => Promise<RgbImage>;

/** Input of {@link findDuplicates}. */
export interface FindDuplicatesInput {
  /** Needs `embedding`, `bbox` and `blur`. */
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  decode: DuplicateDecoder;
  /** Largest cosine distance of a face in two copies: small copies of small faces are that far off. Default 0.35. */
  threshold?: number;
  /** Find mirrored copies too. Default false. */
  mirrored?: boolean;
  /** Finds the pairs of similar faces; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
  /** Photos decoded at the same time. Default 2. */
  concurrency?: number;
  /** `total` is the number of photos that are decoded. */
  onProgress?: (progress: { done: number; total: number }) => void;
  signal?: AbortSignal;
}

/**
 * Finds the files that hold the same photo: those of the same bytes, and *near-duplicates*, which are the same picture
 * made smaller or larger, compressed again, lightly edited, or mirrored. Other shots of a burst and crops are none.
 *
 * Near-duplicates are the same in three ways, each of which alone takes other photos for copies:
 * 1. faces in the same place of the photo with nearly the same embedding (see `duplicateCandidates`), by the cache alone;
 * 2. perceptual hashes of the whole photos that differ in at most 10 of 64 bits;
 * 3. pixels of each face that correlate by at least 0.95.
 * Only photos that pass the first are decoded. Every copy is compared with the best of its group directly, so
 * groups do not chain. Photos without faces are compared by their bytes alone.
 *
 * No file is changed. A file that has changed since the cache was made is never called a copy: it is listed as a problem.
 *
 * @returns the manifest, for `writeManifest`; the same cache and files give the same manifest.
 * @throws TypeError when the cache lacks an array.
 */
export async function findDuplicates(input: FindDuplicatesInput): Promise<DuplicatesManifest> {
  const { threshold = 0.35, mirrored = false, similarity } = input;
  const cache = cacheWith(input.cache, 'embedding', 'bbox', 'blur');
  const problems: DuplicatesManifest['problems'] = [];
  const identical = await identicalFiles(cache, problems, input.signal);
  const candidates = await duplicateCandidates(cache, { threshold, mirrored, similarity });
  const near = await nearDuplicates(cache, candidates, input, problems);
  const photos = cache.images.filter(({ superseded, status }) => !superseded && status !== 'error');
  const copies = identical.flatMap((group) =>
    group.copies.map(({ same_file }) => (same_file ? 0 : group.bytes)),
  );
  const nearCopies = near.flatMap((group) => group.copies);
  return {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'duplicates',
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: namedOptions({ threshold, mirrored }),
    summary: {
      photos: photos.length,
      identical_groups: identical.length,
      identical_copies: copies.length,
      identical_bytes: sum(copies),
      near_groups: near.length,
      near_copies: nearCopies.length,
      near_bytes: sum(nearCopies.map(({ bytes }) => bytes)),
      problems: problems.length,
    },
    identical,
    near_duplicates: near,
    problems,
  };
}

/** Files of the same bytes, as the cache knows them and as they still are. */
async function identicalFiles(
  cache: CacheView,
  problems: DuplicatesManifest['problems'],
  signal?: AbortSignal,
): Promise<DuplicatesManifest['identical']> {
  const groups: DuplicatesManifest['identical'] = [];
  for (const image of cache.images) {
    if (image.superseded || image.pathAliases.length === 0) continue;
    signal?.throwIfAborted();
    const same = [];
    for (const path of [image.path, ...image.pathAliases]) {
      const state = await sourceState(path, image);
      if (state.state === 'same') same.push({ path, file: `${state.dev} ${state.ino}` });
      else problems.push({ source: path, message: state.message });
    }
    const [best, ...copies] = same;
    if (copies.length === 0) continue;
    const links = copies.filter(({ file }) => file === best.file).length;
    groups.push({
      id: numbered('identical', groups.length),
      sha256: image.sha256,
      bytes: image.size,
      best: best.path,
      why: `the same bytes as the others${links === copies.length ? ', which are links to it' : ''}; manifests name it as the source`,
      copies: copies.map(({ path, file }) => ({
        source: path,
        ...(file === best.file ? { same_file: true as const } : {}),
      })),
    });
  }
  return groups;
}

/** A pair of photos that are copies. */
interface CopyPair extends CandidatePair {
  hashDistance: number;
  correlation: number;
}

async function nearDuplicates(
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
    const look = await lookAt(cache.images[index], decode);
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
      const look = known ? { thumbnail: known } : await lookAt(cache.images[index], decode);
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

/** What tells a photo from a worse copy, beside its size. */
type CopyEvidence = Pick<Copy, 'traits' | 'file'>;

/** Looks at the largest face of a photo in full size, from the first of its paths that still has the content. */
async function evidenceOf(
  cache: CacheWith<'bbox'>,
  index: number,
  rows: readonly number[],
  decode: DuplicateDecoder,
): Promise<CopyEvidence> {
  const image = cache.images[index];
  const boxes = rows.map((row) => faceBbox(cache, row));
  const largest = boxes.reduce((a, b) => (shortEdge(b) > shortEdge(a) ? b : a));
  for (const path of [image.path, ...image.pathAliases]) {
    if ((await sourceState(path, image)).state !== 'same') continue;
    try {
      const picture = await decode(path, {
        longSide: Number.POSITIVE_INFINITY,
        rotation: image.rotation ?? 0,
      });
      const [x1, y1, x2, y2] = largest;
      return { traits: faceTraits(picture, [x1, y1, x2, y2]), file: await copyFileOf(path) };
    } catch {
      // It has been read before, at another size: the next path, or no evidence.
    }
  }
  return {};
}

function sameHash({ a, b, mirrored }: CandidatePair, hashes: ReadonlyMap<number, Hashes>): boolean {
  const first = hashes.get(a)?.plain;
  const second = mirrored ? hashes.get(b)?.mirrored : hashes.get(b)?.plain;
  return first && second ? hashDistance(first, second) <= MOST_HASH_DISTANCE : false;
}

/** The photo's thumbnail, from the first of its paths that still has the content; or why there is none. */
async function lookAt(
  image: CacheImage,
  decode: DuplicateDecoder,
): Promise<{ thumbnail: PhotoThumbnail } | { problem: DuplicatesManifest['problems'][number] }> {
  let message = '';
  for (const path of [image.path, ...image.pathAliases]) {
    const state = await sourceState(path, image);
    if (state.state !== 'same') {
      message ||= state.message;
      continue;
    }
    try {
      const picture = await decode(path, { longSide: LONG_SIDE, rotation: image.rotation ?? 0 });
      return { thumbnail: photoThumbnail(picture) };
    } catch (error) {
      message ||= `${path} cannot be read: ${errorText(error)}`;
    }
  }
  return { problem: { source: image.path, message } };
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

/**
 * Groups of copies: each is a best one with all that are copies of it directly.
 *
 * @param rows Faces of every image.
 */
function* groupsOf(
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
    sharpness: rounded(sum(scores) / scores.length, 4),
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

/** Pairs by the connected part of the graph of photos that they belong to. */
function connectedParts<T extends { a: number; b: number }>(pairs: readonly T[]): T[][] {
  const parent = new Map<number, number>();
  const rootOf = (image: number): number => {
    let root = image;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    for (let at = image; at !== root; ) {
      const next = parent.get(at) as number;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { a, b } of pairs) {
    const [rootA, rootB] = [rootOf(a), rootOf(b)];
    if (rootA !== rootB) parent.set(rootB, rootA);
  }
  const parts = new Map<number, T[]>();
  for (const pair of pairs) {
    const root = rootOf(pair.a);
    const part = parts.get(root);
    if (part) part.push(pair);
    else parts.set(root, [pair]);
  }
  return [...parts.values()];
}

/** Indexes of the photos of some pairs, ascending. */
function imagesOf(pairs: readonly { a: number; b: number }[]): number[] {
  return [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort((x, y) => x - y);
}

/** `near_001`. */
function numbered(name: string, index: number): string {
  return `${name}_${String(index + 1).padStart(3, '0')}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
