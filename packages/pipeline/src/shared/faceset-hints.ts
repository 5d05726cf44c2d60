import type { RefineManifest } from '@face-sets/manifests';
import { type GateLoss, gateLosses, lowerLimits, type NearMiss, nearMisses } from '@face-sets/outputs';

/** What would give more facesets. */
export interface FacesetHints {
  /** Facesets that there are. */
  facesets: number;
  /** People who have some good photos, but too few: what the nearest has. */
  nearest?: Pick<NearMiss, 'photos' | 'needed'> & { people: number };
  /** Facesets at lower values of `minFaces`. */
  lower: { minFaces: number; facesets: number }[];
  /** What the quality gates left out. */
  gates: GateLoss[];
}

/** What would give more facesets than a refine manifest has. */
export function facesetHints(manifest: RefineManifest): FacesetHints {
  const near = nearMisses(manifest);
  const [first] = near;
  return {
    facesets: manifest.facesets.length,
    ...(first
      ? {
          nearest: {
            photos: first.photos,
            needed: first.needed,
            people: near.filter(({ photos }) => photos === first.photos).length,
          },
        }
      : {}),
    lower: lowerLimits(manifest),
    gates: gateLosses(manifest),
  };
}
