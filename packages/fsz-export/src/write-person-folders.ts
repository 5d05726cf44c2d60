import { type CacheView, cacheWith, faceRefOf, photoRefOf } from './cache-view.js';
import type { ClusterManifest } from './cluster-manifest.js';
import {
  claimPlacedFolder,
  type PlacedOutputInput,
  type WrittenFolders,
  writePlacedOutput,
} from './write-placed-output.js';

export interface WritePersonFoldersInput extends PlacedOutputInput {
  /** A label per face; equal labels are one person. Negative: the face takes no part. */
  labels: ArrayLike<number>;
}

/**
 * Writes the output of clustering: `person_001/…` for every label of two or more faces, most faces first,
 * `_singletons/` for the others, `_noface/` for photos without a face, and `manifest.json`. A photo is placed
 * once for each of its paths, in the folder of everyone on it, under its {@link safeDstName}.
 *
 * An earlier output is updated: what is right stays, what is missing is added, what is no longer wanted and
 * listed in the old manifest is removed; foreign files are not touched. The same input gives the same bytes.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws TypeError when there is not one label per face.
 */
export async function writePersonFolders(
  input: WritePersonFoldersInput,
): Promise<WrittenFolders<ClusterManifest>> {
  const { labels } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore');
  if (labels.length !== cache.faceCount) {
    throw new TypeError(
      `writePersonFolders: ${labels.length} labels for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const folder = await claimPlacedFolder(input.out, 'cluster');
  const clusters = rowsByLabel(cache, labels);
  return writePlacedOutput(folder, input, (place) => {
    const placed = (row: number, name: string) => ({
      ...faceRefOf(cache, row),
      files: place(name, cache.images[cache.imageIndex[row]]),
    });
    const people = clusters
      .filter((rows) => rows.length > 1)
      .map((rows, i) => {
        const id = `person_${String(i + 1).padStart(3, '0')}`;
        return { id, folder: id, faces: rows.map((row) => placed(row, id)) };
      });
    const singletons = clusters
      .filter((rows) => rows.length === 1)
      .map(([row]) => row)
      .sort((a, b) => a - b)
      .map((row) => placed(row, '_singletons'));
    const noface = cache.images
      .filter((image) => image.status === 'noface' && !image.superseded)
      .map((image) => ({ ...photoRefOf(image), files: place('_noface', image) }));
    return {
      summary: {
        people: people.length,
        faces: people.reduce((sum, person) => sum + person.faces.length, 0),
        singletons: singletons.length,
      },
      groups: { people, singletons, noface },
    };
  });
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
