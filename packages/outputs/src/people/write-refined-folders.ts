import { type CacheWith, cacheWith } from '@face-sets/cache-npz';
import {
  type FacesetTraits,
  faceRefOf,
  facesetIdOf,
  facesetNumber,
  type RefineManifest,
  type Rejection,
} from '@face-sets/manifests';
import {
  claimPlacedFolder,
  folderFor,
  type OwnContent,
  type PlacedOutputInput,
  type PlacePhoto,
  writePlacedOutput,
} from '../folders/write-placed-output.js';
import { diffGroups } from './group-changes.js';
import { refinedFace, refinedSummary } from './refined-face.js';
import type { WrittenPeople } from './write-person-folders.js';

/**
 * What refining decided for a face: the number of the person in whose faceset it is, from 1, and its cosine distance to that
 * faceset's centroid; or why it is in none.
 */
export type RefineOutcome =
  | { readonly faceset: number; readonly distance: number }
  | {
      readonly reason: Rejection;
      /** Number of the face's person. Default: it is no one's. */
      readonly person?: number;
    };

export interface WriteRefinedFoldersInput extends PlacedOutputInput {
  /** One per face. */
  outcomes: readonly RefineOutcome[];
  /** Who people are, by number. Default: it is not known of anyone. */
  names?: ReadonlyMap<number, string>;
}

/**
 * Writes the output of refining: `faceset_001/…`, numbered as the people are, and `refine_manifest.json` with every face that
 * is in a faceset and every one that is not. Faces of superseded images are neither.
 *
 * An earlier output is updated as `writePersonFolders` does.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws TypeError when there is not one outcome per face.
 */
export async function writeRefinedFolders(
  input: WriteRefinedFoldersInput,
): Promise<WrittenPeople<RefineManifest>> {
  const { outcomes, names } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore', 'blur');
  if (outcomes.length !== cache.faceCount) {
    throw new TypeError(
      `writeRefinedFolders: ${outcomes.length} outcomes for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const claimed = await claimPlacedFolder(input.out, 'refine');
  const { folder, manifest, folderOf } = claimed;
  const byNumber = new Map<number, { row: number; distance: number }[]>();
  const rejected: Facesets['rejected'][number][] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    const outcome = outcomes[row];
    if ('faceset' in outcome) {
      const face = { row, distance: outcome.distance };
      const faces = byNumber.get(outcome.faceset);
      if (faces) faces.push(face);
      else byNumber.set(outcome.faceset, [face]);
    } else {
      rejected.push({ row, reason: outcome.reason, person: outcome.person });
    }
  }
  const facesets = [...byNumber]
    .sort(([a], [b]) => a - b)
    .map(([number, faces]) => {
      const id = facesetIdOf(number);
      const name = names?.get(number);
      const label = name === undefined ? {} : { label: name };
      return { id, number, ...label, folder: folderFor(claimed, id, input.restoreFolders), faces };
    });
  const after = facesets.map(({ faces, ...faceset }) => ({ ...faceset, rows: faces.map(({ row }) => row) }));
  const before = (manifest?.facesets ?? []).map((faceset) => ({
    ...faceset,
    number: facesetNumber(faceset.id),
  }));
  const changes = diffGroups(cache, before, manifest?.rejected ?? [], after, folderOf);
  const content = composeFacesets(
    cache,
    facesets.map(({ number: _, ...faceset }) => faceset),
    rejected,
  );
  return { ...(await writePlacedOutput(folder, input, content)), changes };
}

/** Who is in which faceset, and who is in none. */
interface Facesets {
  /** Faces of each in order of the cache, with their cosine distances to the faceset's centroid. */
  facesets: readonly (FacesetTraits & {
    id: string;
    folder: string;
    faces: readonly { row: number; distance: number }[];
  })[];
  /** In order of the cache. */
  rejected: readonly { row: number; reason: Rejection; person?: number | undefined }[];
}

/** What the manifest of `refine` says of these facesets, placing their photos. */
function composeFacesets(
  cache: CacheWith<'bbox' | 'detScore' | 'blur'>,
  facesets: Facesets['facesets'],
  rejected: Facesets['rejected'],
): (place: PlacePhoto) => OwnContent<'refine'> {
  return (place) => ({
    summary: refinedSummary(facesets, rejected),
    groups: {
      facesets: facesets.map(({ id, folder, faces, ...traits }) => ({
        id,
        ...traits,
        folder,
        unique_images: new Set(faces.map(({ row }) => cache.imageIndex[row])).size,
        faces: faces.map(({ row, distance }) =>
          refinedFace(cache, row, distance, place(folder, cache.images[cache.imageIndex[row]])),
        ),
      })),
      rejected: rejected.map(({ row, reason, person }) => ({
        ...faceRefOf(cache, row),
        reason,
        ...(person === undefined ? {} : { person }),
      })),
    },
  });
}
