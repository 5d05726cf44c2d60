import { embeddingOf } from '@face-sets/cache-npz';
import { cosineDistance } from '@face-sets/cluster';
import type { ExportCache } from '@face-sets/fsz-export';
import { rounded } from '@face-sets/manifests';
import type { CollectionFaceset } from '../folders/collection.js';
import type { CropPair } from './consolidate-result.js';

/** Pairs of faces that are shown as evidence. */
const MOST_PAIRS = 3;

type Known = { faceset: CollectionFaceset; rows: readonly number[] };

/** The most similar faces of two facesets; each face is in one pair. */
export function nearestPairs(cache: ExportCache, a: Known, b: Known): CropPair[] {
  const pairs = a.rows.flatMap((rowA) => {
    const nearest: { rowA: number; rowB: number; distance: number }[] = [];
    for (const rowB of b.rows) {
      const distance = cosineDistance(embeddingOf(cache, rowA), embeddingOf(cache, rowB));
      if (nearest.length === MOST_PAIRS && !(distance < nearest[MOST_PAIRS - 1].distance)) continue;
      nearest.push({ rowA, rowB, distance });
      nearest.sort((x, y) => x.distance - y.distance);
      nearest.length = Math.min(nearest.length, MOST_PAIRS);
    }
    return nearest;
  });
  pairs.sort((x, y) => x.distance - y.distance || x.rowA - y.rowA);
  const used = new Set<number>();
  const shown: CropPair[] = [];
  for (const { rowA, rowB, distance } of pairs) {
    if (shown.length === MOST_PAIRS) break;
    if (used.has(rowA) || used.has(rowB)) continue;
    used.add(rowA).add(rowB);
    shown.push({ distance: rounded(distance, 6), a: placeOf(cache, a, rowA), b: placeOf(cache, b, rowB) });
  }
  return shown;
}

function placeOf(cache: ExportCache, { faceset }: Known, row: number): CropPair['a'] {
  const { sha256, path } = cache.images[cache.imageIndex[row]];
  const [x1, y1] = cache.bbox.subarray(row * 4, row * 4 + 2);
  const face = faceset.manifest.faces.find(
    ({ sha256: other, bbox }) =>
      other === sha256 && Math.abs(bbox[0] - x1) < 0.01 && Math.abs(bbox[1] - y1) < 0.01,
  );
  return { file: `${faceset.folder}/${face?.file ?? ''}`, source: face?.source ?? path };
}
