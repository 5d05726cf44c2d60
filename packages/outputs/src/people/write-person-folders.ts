import { type CacheView, cacheWith } from '@face-sets/cache-npz';
import { type ClusterManifest, faceRefOf, personIdOf, photoRefOf } from '@face-sets/manifests';
import { NOFACE_FOLDER, SINGLETONS_FOLDER } from '../folders/locate-folders.js';
import {
  claimPlacedFolder,
  type OwnContent,
  type PlacedOutputInput,
  type PlacePhoto,
  requireFreeNumbers,
  type WrittenFolders,
  writePlacedOutput,
} from '../folders/write-placed-output.js';

export interface WritePersonFoldersInput extends PlacedOutputInput {
  /** A label per face; equal labels are one person. Negative: the face takes no part. */
  labels: ArrayLike<number>;
}

/**
 * Writes the output of clustering: `person_001/…` for every label of two or more faces, most faces first,
 * `_singletons/` for the others, `_noface/` for photos without a face, and `manifest.json`. A photo is placed
 * once for each of its paths, in the folder of everyone in it, under its {@link safeDstName}.
 *
 * An earlier output is updated: what is right stays, what is missing is added, what is no longer wanted and
 * listed in the old manifest is removed; foreign files are not touched. The same input gives the same bytes.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws KeptNumbersError when the output was extended, or its owner has renamed folders, and not `recluster`.
 * @throws TypeError when there is not one label per face.
 */
export async function writePersonFolders(
  input: WritePersonFoldersInput,
): Promise<WrittenFolders<ClusterManifest>> {
  const { labels, cache } = input;
  if (labels.length !== cache.faceCount) {
    throw new TypeError(
      `writePersonFolders: ${labels.length} labels for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const claimed = await claimPlacedFolder(input.out, 'cluster');
  if (!input.recluster) requireFreeNumbers(claimed);
  const clusters = rowsByLabel(cache, labels);
  const people = clusters
    .filter((rows) => rows.length > 1)
    .map((rows, i) => ({ id: personIdOf(i + 1), folder: personIdOf(i + 1), rows }));
  const singletons = clusters.filter((rows) => rows.length === 1).flat();
  return writePlacedOutput(claimed.folder, input, composePeople(cache, { people, singletons }));
}

/** Who is in which folder. */
export interface People {
  people: readonly { id: string; folder: string; rows: readonly number[] }[];
  /** Rows of the faces that are alone, in any order. */
  singletons: readonly number[];
  /** Default: the number of people. */
  highestNumber?: number;
  extended?: ClusterManifest['extended'];
}

/** What the manifest of `cluster` says of these people, placing their photos. */
export function composePeople(
  view: CacheView,
  { people, singletons, highestNumber = people.length, extended }: People,
): (place: PlacePhoto) => OwnContent<'cluster'> {
  const cache = cacheWith(view, 'bbox', 'detScore');
  return (place) => {
    const placed = (row: number, name: string) => ({
      ...faceRefOf(cache, row),
      files: place(name, cache.images[cache.imageIndex[row]]),
    });
    return {
      summary: {
        people: people.length,
        faces: people.reduce((sum, { rows }) => sum + rows.length, 0),
        singletons: singletons.length,
      },
      groups: {
        highest_number: highestNumber,
        extended,
        people: people.map(({ id, folder, rows }) => ({
          id,
          folder,
          faces: rows.map((row) => placed(row, folder)),
        })),
        singletons: [...singletons].sort((a, b) => a - b).map((row) => placed(row, SINGLETONS_FOLDER)),
        noface: cache.images
          .filter((image) => image.status === 'noface' && !image.superseded)
          .map((image) => ({ ...photoRefOf(image), files: place(NOFACE_FOLDER, image) })),
      },
    };
  };
}

/** Rows of each label, largest first; among equals the one with the earlier face. */
function rowsByLabel(cache: CacheView, labels: ArrayLike<number>): number[][] {
  const byLabel = new Map<number, number[]>();
  for (let row = 0; row < cache.faceCount; row++) {
    if (labels[row] < 0 || cache.images[cache.imageIndex[row]].superseded) continue;
    const rows = byLabel.get(labels[row]);
    if (rows) rows.push(row);
    else byLabel.set(labels[row], [row]);
  }
  return [...byLabel.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
}
