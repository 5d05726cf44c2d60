import { dirname, join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import type { FacesetPlan } from '@face-sets/fsz-export';
import type { SwapFacesetManifest } from '@face-sets/manifests';
import {
  CANDIDATES_FOLDER,
  type LocatedFaceset,
  readFacesetManifest,
  requireFacesetPlace,
  THIN_FOLDER,
} from '../folders/faceset-folders.js';
import type { KnownPerson } from './match-facesets.js';

/** Where a plan's faceset may be: the usual place, and the one of thin ones. */
export function placesOf({ id, kind }: FacesetPlan, person?: KnownPerson): [string, string] {
  if (kind === 'candidates') return [`${CANDIDATES_FOLDER}/${id}`, `${CANDIDATES_FOLDER}/${id}`];
  const name = person?.folderName ?? id;
  return [name, `${THIN_FOLDER}/${name}`];
}

/** One of the two places: a faceset is left where its owner has it, until it has become thin, or is so no more. */
export function placeOfStatus(
  status: SwapFacesetManifest['status'],
  [usual, other]: readonly [string, string],
  before: LocatedFaceset | null = null,
): string {
  if (before?.manifest.status !== status) return status === 'thin' ? other : usual;
  return dirname(before.folder) === dirname(other) ? other : usual;
}

/**
 * {@link placesOf}, but under its id where someone else's faceset has the name.
 *
 * @throws OutputFolderError when the folder called by its id holds another faceset, or something that is not a folder.
 */
export async function freePlaces(
  out: string,
  plan: FacesetPlan,
  person?: KnownPerson,
): Promise<[string, string]> {
  const choose = async (place: string): Promise<string> => {
    for (const folder of [place, join(dirname(place), plan.id)]) {
      const path = join(out, folder);
      await requireFacesetPlace(path);
      const there = folder === person?.before?.folder ? null : await readFacesetManifest(path);
      if (!there || there.id === plan.id) return folder;
    }
    const taken = join(out, dirname(place), plan.id);
    throw new OutputFolderError(
      `${taken} holds ${(await readFacesetManifest(taken))?.id}, and ${plan.id} is to be put there: rename the folder`,
    );
  };
  const [usual, other] = placesOf(plan, person);
  return [await choose(usual), await choose(other)];
}
