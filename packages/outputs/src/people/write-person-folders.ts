import { type CacheWith, cacheWith } from '@face-sets/cache-npz';
import { type ClusterManifest, faceRefOf, personIdOf, personNumber, photoRefOf } from '@face-sets/manifests';
import { NOFACE_FOLDER, SINGLETONS_FOLDER } from '../folders/locate-folders.js';
import {
  claimPlacedFolder,
  folderFor,
  type OwnContent,
  type PlacedOutputInput,
  type PlacePhoto,
  type WrittenFolders,
  writePlacedOutput,
} from '../folders/write-placed-output.js';
import { diffGroups, type GroupChanges, type NumberedGroup } from './group-changes.js';

/** Someone, with rows of a cache. */
export interface PersonFaces {
  /** From 1: `person_001`. */
  number: number;
  /** Who it is; null or missing where that was not said. */
  name?: string | null;
  /** Ascending. */
  rows: readonly number[];
}

export interface WritePersonFoldersInput extends PlacedOutputInput {
  /** Everyone who gets a folder. */
  people: readonly PersonFaces[];
  /** Rows of faces that are of no interest; others that are no one's go to `_singletons/`. Default: none. */
  ignored?: readonly number[];
}

/** What writing an output of people did. */
export interface WrittenPeople<Manifest> extends WrittenFolders<Manifest> {
  /** Beside the earlier manifest; where there was none, everyone is new. */
  changes: GroupChanges;
}

/**
 * Writes the output of clustering: `person_001/…` for everyone, `_singletons/` for faces that are no one's, `_noface/` for
 * photos without a face, and `manifest.json`. A photo is placed once for each of its paths, in the folder of everyone on it,
 * under its {@link safeDstName}.
 *
 * An earlier output is updated: what is right stays, what is missing is added, what is no longer wanted and
 * listed in the old manifest is removed; foreign files are not touched. A folder that its owner has renamed keeps its name.
 * The same input gives the same bytes.
 *
 * @throws OutputFolderError when the folder holds something else.
 */
export async function writePersonFolders(
  input: WritePersonFoldersInput,
): Promise<WrittenPeople<ClusterManifest>> {
  const cache = cacheWith(input.cache, 'bbox', 'detScore');
  const claimed = await claimPlacedFolder(input.out, 'cluster');
  const { folder, manifest, folderOf } = claimed;
  const people = input.people.map(({ number, name, rows }) => {
    const id = personIdOf(number);
    return { id, number, folder: folderFor(claimed, id, input.restoreFolders), name, rows };
  });
  const before = (manifest?.people ?? []).map((person) => ({ ...person, number: personNumber(person.id) }));
  const changes = diffGroups(cache, before, manifest?.singletons ?? [], people, folderOf);
  const content = composePeople(cache, people, input.ignored ?? []);
  return { ...(await writePlacedOutput(folder, input, content)), changes };
}

/** What the manifest of `cluster` says of these people, placing their photos. */
function composePeople(
  cache: CacheWith<'bbox' | 'detScore'>,
  people: readonly (NumberedGroup & { name?: string | null | undefined })[],
  ignored: readonly number[],
): (place: PlacePhoto) => OwnContent<'cluster'> {
  const taken = new Set([...people.flatMap(({ rows }) => rows), ...ignored]);
  const singletons: number[] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (!taken.has(row) && !cache.images[cache.imageIndex[row]].superseded) singletons.push(row);
  }
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
        people: people.map(({ id, name, folder, rows }) => ({
          id,
          ...(name ? { label: name } : {}),
          folder,
          faces: rows.map((row) => placed(row, folder)),
        })),
        singletons: singletons.map((row) => placed(row, SINGLETONS_FOLDER)),
        ignored: ignored.map((row) => faceRefOf(cache, row)),
        noface: cache.images
          .filter((image) => image.status === 'noface' && !image.superseded)
          .map((image) => ({ ...photoRefOf(image), files: place(NOFACE_FOLDER, image) })),
      },
    };
  };
}
