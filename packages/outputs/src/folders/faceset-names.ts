import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readFileIfThere, writeFileAtomic } from '@face-sets/files';
import { firstLine } from '@face-sets/fsz-export';
import { facesetFolder, isFacesetId, ManifestError } from '@face-sets/manifests';
import { z } from 'zod';
import { nameIn, readNameFile } from './name-file.js';

/** The name that the owner gave to a faceset by renaming its folder, or null where the folder is called by an id. */
export function ownersFolderName(folder: string, id: string): string | null {
  const name = basename(folder);
  return name === id || isFacesetId(name) ? null : name;
}

/**
 * Who a faceset is: the first line of its `NAME.txt` that is not empty, else the name that its owner gave to the folder.
 *
 * @param out The output folder.
 * @param faceset Its `folder` is below that.
 * @returns null where neither says a name.
 */
export async function givenName(
  out: string,
  { folder, id }: { folder: string; id: string },
): Promise<string | null> {
  const { name } = await readNameFile(join(out, folder));
  if (name !== null) return name;
  const folderName = ownersFolderName(folder, id);
  return folderName && firstLine(folderName);
}

/**
 * What to call a faceset: see {@link givenName}, else its id.
 *
 * @param out The output folder.
 * @param faceset Its `folder` is below that.
 */
export async function displayName(out: string, faceset: { folder: string; id: string }): Promise<string> {
  return (await givenName(out, faceset)) ?? faceset.id;
}

/** Someone whom the owner has named, and the faces that tell who it is. */
export interface NamedFaces {
  /** What the owner has written into `NAME.txt`, in base64, since it may be in any encoding; or null. */
  text: string | null;
  /** Name of the folder, where the owner has given it another one. */
  folder?: string;
  /** See `faceKey`. */
  keys: string[];
}

/** Whether the owner has said who it is: a `NAME.txt` may be empty. */
export function isNamed({ text, folder }: Omit<NamedFaces, 'keys'>): boolean {
  return folder !== undefined || (text !== null && nameIn(Buffer.from(text, 'base64')) !== null);
}

/**
 * Gives every name to the faceset that holds most of the faces it was written for, since each refine
 * renumbers the facesets. A faceset gets one name, and a name one faceset; ties go to the first.
 *
 * @returns Who each faceset is, by index, and the names that no faceset got.
 */
export function assignNames<T extends { keys: readonly string[] } = NamedFaces>(
  facesets: readonly { keys: readonly string[] }[],
  named: readonly T[],
): { owners: (T | null)[]; unused: T[] } {
  const facesetOfKey = new Map<string, number>();
  facesets.forEach(({ keys }, faceset) => {
    for (const key of keys) facesetOfKey.set(key, faceset);
  });
  const pairs = named.flatMap(({ keys }, owner) => {
    const shared = new Map<number, number>();
    for (const key of keys) {
      const faceset = facesetOfKey.get(key);
      if (faceset !== undefined) shared.set(faceset, (shared.get(faceset) ?? 0) + 1);
    }
    return [...shared].map(([faceset, count]) => ({ owner, faceset, count }));
  });
  pairs.sort((a, b) => b.count - a.count || a.faceset - b.faceset || a.owner - b.owner);
  const owners: (T | null)[] = facesets.map(() => null);
  const used = new Set<number>();
  for (const { owner, faceset } of pairs) {
    if (owners[faceset] !== null || used.has(owner)) continue;
    owners[faceset] = named[owner];
    used.add(owner);
  }
  return { owners, unused: named.filter((_, owner) => !used.has(owner)) };
}

/** Where names are kept that are in no folder (at the moment). */
const KEPT_NAMES = '.face-sets-names.json';
const keptNames = z.array(
  z
    .object({
      text: z.base64().nullable(),
      // A faceset will be put there.
      folder: facesetFolder.refine((name) => !name.includes('/') && !/^[._]/.test(name)).optional(),
      keys: z.array(z.string()),
    })
    .refine(({ text, folder }) => text !== null || folder !== undefined),
);

/**
 * The names that {@link keepNames} keeps.
 *
 * @throws ManifestError when the file is damaged: the names in it would be lost.
 * @throws UnreadablePathError when it may not be read.
 */
export async function readKeptNames(out: string): Promise<NamedFaces[]> {
  const path = join(out, KEPT_NAMES);
  const bytes = await readFileIfThere(path, { follow: false });
  if (bytes === null) return [];
  const { data } = keptNames.safeParse(jsonOf(bytes));
  if (!data) {
    throw new ManifestError(
      `${path} is damaged: expected the names of people who have no faceset; remove it to continue without them`,
    );
  }
  return data.map(({ text, folder, keys }) => ({ text, ...(folder === undefined ? {} : { folder }), keys }));
}

/** What a JSON file holds; undefined where it is no JSON. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Keeps names beside the facesets: all of them while an export runs, since a faceset that takes another's place
 * takes its `NAME.txt` too; afterward those of people without a faceset, who may have one again.
 */
export async function keepNames(out: string, named: readonly NamedFaces[]): Promise<void> {
  if (named.length > 0) await writeFileAtomic(join(out, KEPT_NAMES), JSON.stringify(named));
  else await rm(join(out, KEPT_NAMES), { force: true });
}
