import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorText, nullIfMissing, pathFromBytes, pathToFs } from '@face-sets/files';
import { InvalidArgumentError } from '@face-sets/quality';

/** Someone whose photos are in folders of their own. */
export interface TrustedPerson {
  /** What the person is called: one line of text. */
  label: string;
  /** One or more; absolute, or relative to the working directory. */
  folders: readonly string[];
  /** A folder without photos in the cache is reported, not refused. */
  optional?: boolean;
}

/** Which folders hold whom. */
export interface TrustedFolders {
  /** Each is one person's. */
  folders?: readonly string[];
  /** Each folder directly in one of these is one person's. Those whose name begins with a dot are left out. */
  parents?: readonly string[];
  /** What people are called, by the path of their folder or by its name. Default: the folder's name. */
  labels?: readonly (readonly [folder: string, label: string])[];
}

/**
 * The people of some folders, in the order of their folders; folders with the same label are one person's.
 *
 * @throws {InvalidArgumentError} when a label belongs to no folder or is empty, or a parent cannot be read.
 */
export async function trustedPeople({
  folders = [],
  parents = [],
  labels = [],
}: TrustedFolders): Promise<TrustedPerson[]> {
  const found = new Map<string, { folder: string; optional: boolean }>();
  for (const parent of parents) {
    for (const folder of await foldersIn(parent)) found.set(resolve(folder), { folder, optional: true });
  }
  for (const folder of folders) found.set(resolve(folder), { folder, optional: false });
  const names = new Map([...found.keys()].map((path) => [path, labelOf(basename(path))]));
  for (const [folder, label] of labels) {
    const byPath = names.has(resolve(folder));
    const paths = byPath ? [resolve(folder)] : [...names.keys()].filter((path) => basename(path) === folder);
    if (paths.length === 0) {
      throw new InvalidArgumentError(`the label ${label} is for ${folder}, which is not a trusted folder`);
    }
    for (const path of paths) names.set(path, labelOf(label));
  }
  const people = new Map<string, { label: string; folders: string[]; optional: boolean }>();
  for (const [path, { folder, optional }] of found) {
    const label = names.get(path) as string;
    if (label === '')
      throw new InvalidArgumentError(`the label of ${folder} is empty, expected a name: give it one`);
    const person = people.get(label) ?? { label, folders: [], optional: true };
    person.folders.push(folder);
    person.optional &&= optional;
    people.set(label, person);
  }
  return [...people.values()];
}

/** One line of well-formed text that looks the same as this one. */
function labelOf(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cs}]/gu, '_')
    .normalize('NFC')
    .trim();
}

async function foldersIn(parent: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for (const bytes of await readdir(pathToFs(parent), { encoding: 'buffer' })) {
      const name = pathFromBytes(bytes);
      const path = join(parent, name);
      if (!name.startsWith('.') && (await nullIfMissing(path, stat(pathToFs(path))))?.isDirectory())
        found.push(path);
    }
  } catch (error) {
    throw new InvalidArgumentError(`cannot read the folder of people ${parent}: ${errorText(error)}`);
  }
  return found.sort();
}
