import { type CacheView, type CacheWith, cacheWith } from '@face-sets/cache-npz';
import { rankFaces } from '@face-sets/fsz-export';
import { type CacheRef, ManifestMismatchError, rounded } from '@face-sets/manifests';
import type { ReportFace } from './report-model.js';

/** The cache that scores come from, once it is known to be the manifest's; or nothing. */
export type Scores = CacheWith<'bbox' | 'detScore' | 'blur'> | undefined;

/**
 * Takes a cache for the scores of a manifest's faces.
 *
 * @throws ManifestMismatchError when it has another number of faces or photos.
 */
export function scoresOf(cache: CacheView | undefined, recorded: CacheRef): Scores {
  if (!cache) return undefined;
  if (cache.faceCount !== recorded.faces || cache.images.length !== recorded.images) {
    throw new ManifestMismatchError(
      `the cache has ${cache.faceCount} faces in ${cache.images.length} photos, the manifest was made from one of ${recorded.faces} in ${recorded.images}: it was changed since; make the output again`,
    );
  }
  return cacheWith(cache, 'bbox', 'detScore', 'blur');
}

/** The face's composite score and its parts. */
export function scoreOfFace(scores: Scores, { row }: { row: number }): Pick<ReportFace, 'score' | 'parts'> {
  if (!scores || row >= scores.faceCount) return {};
  const [{ score, parts }] = rankFaces(scores, [row]);
  return {
    score: rounded(score, 4),
    parts: {
      frontality: rounded(parts.frontality, 4),
      det_score: rounded(parts.detScore, 4),
      landmark_symmetry: rounded(parts.landmarkSymmetry, 4),
      face_size: rounded(parts.faceSize, 4),
      sharpness: rounded(parts.sharpness, 4),
    },
  };
}
