import { type CacheWith, embeddingMatrix } from '@face-sets/cache-npz';
import { matrixFrom, robustCentroid, takeRows } from '@face-sets/cluster';
import { type FaceSelection, rounded, type SwapFacesetManifest } from '@face-sets/manifests';
import type { SelectMode } from '../formats/swap-options.js';
import type { ExportedFace } from './build-context.js';
import { driftOf } from './drift.js';
import { valuesOfRow } from './export-cache.js';
import { selectDiverse } from './select-diverse.js';

/**
 * Chooses the faces of each bundle, and measures where the mean of their embeddings points: that of the faces as they
 * are found in the crops, which is what a tool will compute, against the robust centroid of all exported faces.
 *
 * The centroid is of the crops' embeddings too. Where photos end close to a face, the cache's embeddings saw black there
 * and the crops' see a fill: a shift that is common to all faces, and that no choice of faces mends. The
 * cosine to the centroid of the cache's embeddings is measured beside it.
 *
 * @param faces Best first.
 * @param topN Sizes of the small selections, ascending; one of all faces comes last.
 */
export function selectFaces(
  cache: CacheWith<'embedding'>,
  faces: readonly ExportedFace[],
  topN: readonly number[],
  select: SelectMode,
): SwapFacesetManifest['drift'] {
  const { centroid, outliers } = robustCentroid(
    matrixFrom(
      faces.map(({ embedding }) => embedding),
      cache.dim,
    ),
  );
  if (faces.length === 0) return { centroid_faces: 0, outliers, selections: [] };
  const selectable = faces.map(({ planned, crop, embedding }) => ({
    score: planned.ranked.score,
    pose: valuesOfRow(cache.pose, planned.ref.row, 3),
    luminance: crop.luminance,
    year: planned.year,
    embedding,
  }));
  const { centroid: photoCentroid } = robustCentroid(
    takeRows(
      embeddingMatrix(cache),
      faces.map(({ planned: { ref } }) => ref.row),
    ),
  );
  const all = faces.map((_, rank) => rank);
  const choose = (name: string, how: FaceSelection['select'], ranks: number[]): FaceSelection => {
    const embeddings = ranks.map((rank) => faces[rank].embedding);
    const { cosine, leaveOneOut } = driftOf(embeddings, centroid);
    return {
      name,
      select: how,
      ranks,
      mean_cosine: rounded(cosine, 6),
      photo_cosine: rounded(driftOf(embeddings, photoCentroid).cosine, 6),
      leave_one_out: leaveOneOut.map((effect) => rounded(effect, 6)),
    };
  };
  const small = topN.map((n) =>
    choose(
      `top${n}`,
      select,
      select === 'best' ? all.slice(0, n) : selectDiverse(selectable, n, centroid, outliers),
    ),
  );
  return {
    centroid_faces: faces.length - outliers.length,
    outliers,
    selections: [...small, choose('all', 'all', all)],
  };
}
