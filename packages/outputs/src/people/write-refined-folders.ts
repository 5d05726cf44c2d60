import { type CacheWith, cacheWith } from '@face-sets/cache-npz';
import {
  type FacesetTraits,
  faceRefOf,
  facesetIdOf,
  type RefineManifest,
  type Rejection,
} from '@face-sets/manifests';
import {
  claimPlacedFolder,
  type OwnContent,
  type PlacedOutputInput,
  type PlacePhoto,
  requireFreeNumbers,
  type WrittenFolders,
  writePlacedOutput,
} from '../folders/write-placed-output.js';
import { refinedFace, refinedSummary } from './refined-face.js';

/**
 * What refining decided for a face: its faceset, numbered from 0, and its cosine distance to that faceset's
 * centroid; or why it is in none.
 */
export type RefineOutcome =
  | { readonly faceset: number; readonly distance: number }
  | {
      readonly reason: Rejection;
      /** Faces of one person have the same number. Default: it is not known whose face it is. */
      readonly cluster?: number;
    };

export interface WriteRefinedFoldersInput extends PlacedOutputInput {
  /** One per face. */
  outcomes: readonly RefineOutcome[];
}

/**
 * Writes the output of refining: `faceset_001/…` in the order of the faceset numbers, and
 * `refine_manifest.json` with every face that is in a faceset and every one that is not. Faces of superseded
 * images are neither.
 *
 * An earlier output is updated as `writePersonFolders` does.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws KeptNumbersError when the output was extended, or its owner has renamed folders, and not `recluster`.
 * @throws TypeError when there is not one outcome per face.
 */
export async function writeRefinedFolders(
  input: WriteRefinedFoldersInput,
): Promise<WrittenFolders<RefineManifest>> {
  const { outcomes } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore', 'blur');
  if (outcomes.length !== cache.faceCount) {
    throw new TypeError(
      `writeRefinedFolders: ${outcomes.length} outcomes for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const claimed = await claimPlacedFolder(input.out, 'refine');
  if (!input.recluster) requireFreeNumbers(claimed);
  const byFaceset = new Map<number, { row: number; distance: number }[]>();
  const rejected: Facesets['rejected'][number][] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    const outcome = outcomes[row];
    if ('faceset' in outcome) {
      const face = { row, distance: outcome.distance };
      const faces = byFaceset.get(outcome.faceset);
      if (faces) faces.push(face);
      else byFaceset.set(outcome.faceset, [face]);
    } else {
      rejected.push({ row, reason: outcome.reason, cluster: outcome.cluster });
    }
  }
  const facesets = [...byFaceset]
    .sort(([a], [b]) => a - b)
    .map(([, faces], i) => ({ id: facesetIdOf(i + 1), folder: facesetIdOf(i + 1), faces }));
  return writePlacedOutput(claimed.folder, input, composeFacesets(cache, { facesets, rejected }));
}

/** Who is in which faceset, and who is in none. */
export interface Facesets {
  /** Faces of each in order of the cache, with their cosine distances to the faceset's centroid. */
  facesets: readonly (FacesetTraits & {
    id: string;
    folder: string;
    faces: readonly { row: number; distance: number }[];
  })[];
  /** In order of the cache. */
  rejected: readonly { row: number; reason: Rejection; cluster?: number | undefined }[];
  /** Default: the number of facesets. */
  highestNumber?: number;
  extended?: RefineManifest['extended'];
}

/** What the manifest of `refine` says of these facesets, placing their photos. */
export function composeFacesets(
  cache: CacheWith<'bbox' | 'detScore' | 'blur'>,
  { facesets, rejected, highestNumber = facesets.length, extended }: Facesets,
): (place: PlacePhoto) => OwnContent<'refine'> {
  return (place) => ({
    summary: refinedSummary(facesets, rejected),
    groups: {
      highest_number: highestNumber,
      extended,
      facesets: facesets.map(({ id, folder, faces, ...traits }) => ({
        id,
        ...traits,
        folder,
        unique_images: new Set(faces.map(({ row }) => cache.imageIndex[row])).size,
        faces: faces.map(({ row, distance }) =>
          refinedFace(cache, row, distance, place(folder, cache.images[cache.imageIndex[row]])),
        ),
      })),
      rejected: rejected.map(({ row, reason, cluster }) => ({
        ...faceRefOf(cache, row),
        reason,
        ...(cluster === undefined ? {} : { cluster }),
      })),
    },
  });
}
