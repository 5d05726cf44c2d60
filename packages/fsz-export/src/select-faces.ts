import type { ExportedFace } from './build-faceset.js';
import type { CacheWith } from './cache-view.js';
import { driftOf } from './drift.js';
import { rounded } from './manifest-json.js';
import { robustCentroid } from './robust-centroid.js';
import { selectDiverse } from './select-diverse.js';
import type { FaceSelection, SwapFacesetManifest } from './swap-manifest.js';
import type { SelectMode } from './swap-options.js';

/**
 * Chooses the faces of each bundle, and measures where the mean of their embeddings points: that of the faces as they
 * are found in the crops, which is what a tool will compute, against the robust centroid of the faces as they are in
 * the photos.
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
  const { dim } = cache;
  const data = new Float32Array(faces.length * dim);
  faces.forEach(({ planned: { ref } }, i) => {
    data.set(cache.embedding.subarray(ref.row * dim, (ref.row + 1) * dim), i * dim);
  });
  const { centroid, outliers } = robustCentroid({ data, rows: faces.length, cols: dim });
  if (faces.length === 0) return { centroid_faces: 0, outliers, selections: [] };
  const selectable = faces.map(({ planned, crop, embedding }) => ({
    score: planned.ranked.score,
    pose: cache.pose?.subarray(planned.ref.row * 3, planned.ref.row * 3 + 3),
    luminance: crop.luminance,
    year: planned.year,
    embedding,
  }));
  const all = faces.map((_, rank) => rank);
  const choose = (name: string, how: FaceSelection['select'], ranks: number[]): FaceSelection => {
    const { cosine, leaveOneOut } = driftOf(
      ranks.map((rank) => faces[rank].embedding),
      centroid,
    );
    return {
      name,
      select: how,
      ranks,
      mean_cosine: rounded(cosine, 6),
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
