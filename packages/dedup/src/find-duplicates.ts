import { cacheWith } from '@face-sets/cache-npz';
import { type DuplicatesManifest, MANIFEST_SCHEMA_VERSION, namedOptions } from '@face-sets/manifests';
import { duplicateCandidates } from './duplicate-candidates.js';
import type { FindDuplicatesInput } from './find-duplicates-input.js';
import { identicalFiles } from './identical-files.js';
import { nearDuplicates } from './near-duplicates.js';

/** Default cosine distance up to which faces in the same place may be copies. */
export const DEDUP_THRESHOLD = 0.35;

/**
 * Finds the files that hold the same photo: those of the same bytes, and *near-duplicates*, which are the same picture
 * made smaller or larger, compressed again, lightly edited, or mirrored. Other shots of a burst and crops are not copies.
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
 * @throws InvalidArgumentError when the cache lacks an array.
 */
export async function findDuplicates(input: FindDuplicatesInput): Promise<DuplicatesManifest> {
  const { threshold = DEDUP_THRESHOLD, mirrored = false, similarity } = input;
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

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
