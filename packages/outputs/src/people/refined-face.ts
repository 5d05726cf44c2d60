import { type CacheWith, faceBbox } from '@face-sets/cache-npz';
import { countByCode, faceRefOf, type RefineManifest, type Rejection, rounded } from '@face-sets/manifests';
import { shortEdge } from '@face-sets/quality';

type Face = RefineManifest['facesets'][number]['faces'][number];

/** What the summary of a refine manifest says of the faces in these facesets, and of those in none. */
export function refinedSummary(
  facesets: readonly { readonly faces: readonly unknown[] }[],
  rejected: readonly { readonly reason: Rejection }[],
): Pick<RefineManifest['summary'], 'facesets' | 'faces' | 'rejected' | 'rejected_by'> {
  return {
    facesets: facesets.length,
    faces: facesets.reduce((sum, { faces }) => sum + faces.length, 0),
    rejected: rejected.length,
    rejected_by: countByCode(rejected.map(({ reason }) => reason)),
  };
}

/**
 * What a refine manifest says of a face of a faceset.
 *
 * @param distance cosine distance to the faceset's centroid
 * @param files where its photo was placed, relative to the output
 */
export function refinedFace(
  cache: CacheWith<'bbox' | 'detScore' | 'blur'>,
  row: number,
  distance: number,
  files: Face['files'],
): Face {
  return {
    ...faceRefOf(cache, row),
    distance: rounded(distance, 6),
    quality: {
      short_edge: rounded(shortEdge(faceBbox(cache, row)), 3),
      blur: rounded(cache.blur[row], 3),
    },
    files,
  };
}
