import { join } from 'node:path';
import { embeddingMatrix, embeddingOf } from '@face-sets/cache-npz';
import { cosineDistance, robustCentroid, takeRows } from '@face-sets/cluster';
import { fileSha256, isRealFile, nullIfMissing } from '@face-sets/files';
import type { ExportCache } from '@face-sets/fsz-export';
import { rejection, rounded } from '@face-sets/manifests';
import { measuredText } from '@face-sets/quality';
import { cropOf, type KnownFaceset } from './known-faceset.js';

/** Crops with the same bytes in facesets of different people. */
export async function findDuplicates(
  out: string,
  known: readonly KnownFaceset[],
  cache: ExportCache,
): Promise<void> {
  const places = new Map<string, { one: KnownFaceset; rank: number }[]>();
  for (const one of known) {
    for (const [rank, { file }] of one.faceset.manifest.faces.entries()) {
      const folder = join(out, one.faceset.folder);
      const ours = await isRealFile(folder, file);
      const path = join(folder, file);
      const sha256 = ours ? await nullIfMissing(path, fileSha256(path)) : null;
      if (sha256 !== null) places.set(sha256, [...(places.get(sha256) ?? []), { one, rank }]);
    }
  }
  const centroids = new Map<KnownFaceset, Float32Array>();
  const distanceOf = ({ one, rank }: { one: KnownFaceset; rank: number }): number => {
    let centroid = centroids.get(one);
    if (!centroid) {
      centroid = robustCentroid(takeRows(embeddingMatrix(cache), one.rows)).centroid;
      centroids.set(one, centroid);
    }
    return cosineDistance(embeddingOf(cache, one.rows[rank]), centroid);
  };
  for (const same of places.values()) {
    if (new Set(same.map(({ one }) => one.identity)).size < 2) continue;
    // In order of the ids, so that the first of equals has the lowest.
    const ranked = same.map((place) => ({ ...place, distance: distanceOf(place) }));
    const nearest = ranked.reduce((best, place) => (place.distance < best.distance ? place : best));
    for (const { one, rank, distance } of ranked) {
      if (one.identity === nearest.one.identity) continue;
      const there = measuredText(nearest.distance, distance);
      const here = measuredText(distance, nearest.distance);
      const message = `the same picture is in ${nearest.one.faceset.id}, which it is nearer to (${there} from the centroid, ${here} here)`;
      one.drop.set(rank, {
        reason: rejection('duplicate', distance, rounded(nearest.distance, 6), message),
        stays: cropOf(nearest.one, nearest.rank),
      });
    }
  }
}
