import { type CacheWith, embeddingMatrix, embeddingOf, faceBbox } from '@face-sets/cache-npz';
import { agglomerative, cosineDistance, takeRows } from '@face-sets/cluster';
import { hashDistance, type PerceptualHash } from '@face-sets/quality';

/** The longer of two bboxes' aspect ratios over the shorter: more is another framing of the face. */
const MOST_ASPECT_CHANGE = 1.2;
/**
 * Bits in which the hashes of two copies may differ. Portraits of one person taken at different moments differ in 18
 * or more (1 in 20 of the pairs in less); copies made smaller, brighter and recompressed in 8 at most, 19 of 20 times.
 */
const MOST_HASH_DISTANCE = 10;

/**
 * The faces that may have near-duplicates among these: the ones whose pictures are worth comparing.
 *
 * @param rows Rows of the cache.
 * @param threshold Cosine distance below which two faces may be one picture.
 */
export async function possibleDuplicates(
  cache: CacheWith<'embedding'>,
  rows: readonly number[],
  threshold: number,
): Promise<number[]> {
  const labels = await agglomerative(takeRows(embeddingMatrix(cache), rows), {
    threshold,
    linkage: 'single',
  });
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return rows.filter((_, i) => (sizes.get(labels[i]) ?? 0) > 1);
}

/**
 * Whether two faces are visually one: nearly the same embedding, the same framing (aspect of the bbox) and nearly the
 * same picture of it (perceptual hash). All three, since each alone takes other photos of the person for copies.
 *
 * @param hashes By row; a face without a hash has no near-duplicate.
 * @param threshold Greatest cosine distance of the two.
 */
export function isNearDuplicate(
  cache: CacheWith<'embedding' | 'bbox'>,
  a: number,
  b: number,
  hashes: ReadonlyMap<number, PerceptualHash>,
  threshold: number,
): boolean {
  const hashA = hashes.get(a);
  const hashB = hashes.get(b);
  if (!hashA || !hashB || hashDistance(hashA, hashB) > MOST_HASH_DISTANCE) return false;
  const change = aspectOf(cache, a) / aspectOf(cache, b);
  if (!(Math.max(change, 1 / change) <= MOST_ASPECT_CHANGE)) return false;
  return cosineDistance(embeddingOf(cache, a), embeddingOf(cache, b)) <= threshold;
}

function aspectOf(cache: CacheWith<'bbox'>, row: number): number {
  const [x1, y1, x2, y2] = faceBbox(cache, row);
  return (x2 - x1) / (y2 - y1);
}
