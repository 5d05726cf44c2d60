import { type CacheWith, faceBbox } from '@face-sets/cache-npz';
import {
  compositeScore,
  DEFAULT_WEIGHTS,
  faceSizeScore,
  frontality,
  landmarkSymmetry,
  type QualityParts,
  type QualityWeights,
  sharpnessScore,
  shortEdge,
} from '@face-sets/quality';
import { valuesOfRow } from './export-cache.js';

/** A face with its composite score. */
export interface RankedFace {
  /** Row in the cache. */
  row: number;
  /** In [0, 1]. */
  score: number;
  /** Each in [0, 1]; a part that could not be measured is 0. */
  parts: QualityParts;
}

/** What ranking needs: pose and landmarks where there are any. */
type RankedCache = CacheWith<'bbox' | 'detScore' | 'blur'>;

/**
 * Scores faces of a cache and orders them best first: frontality of the pose, detector score, symmetry of the
 * landmarks, size and sharpness (see `@face-sets/quality`). Equal scores keep the order of the rows.
 *
 * @param weights Default 0.30, 0.20, 0.20, 0.15 and 0.15.
 */
export function rankFaces(
  cache: RankedCache,
  rows: Iterable<number>,
  weights: QualityWeights = DEFAULT_WEIGHTS,
): RankedFace[] {
  const ranked = Array.from(rows, (row) => {
    const parts = qualityPartsOf(cache, row);
    return { row, parts, score: compositeScore(parts, weights) };
  });
  return ranked.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** The judged parts of a face of the cache. */
export function qualityPartsOf(cache: RankedCache, row: number): QualityParts {
  return {
    frontality: frontality(valuesOfRow(cache.pose, row, 3)),
    detScore: cache.detScore[row],
    landmarkSymmetry: landmarkSymmetry({
      landmark3d68: valuesOfRow(cache.landmark3d68, row, 204),
      kps: valuesOfRow(cache.kps, row, 10),
    }),
    faceSize: faceSizeScore(faceBbox(cache, row)),
    sharpness: sharpnessScore(cache.blur[row], shortEdge(faceBbox(cache, row))),
  };
}
