import { lstat, readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { isMissing, nullIfMissing, TEMP_PREFIX, UNFINISHED_FILE } from '@face-sets/files';
import {
  type FaceRef,
  MANIFEST_NAMES,
  type Manifests,
  type PlacedKind,
  readManifestIfThere,
} from '@face-sets/manifests';
import { locateFolders, SINGLETONS_FOLDER } from '../folders/locate-folders.js';
import { SYSTEM_FILES } from '../folders/output-folder.js';
import { isId } from '../folders/write-placed-output.js';
import { type ImageSource, KnownPhotos } from './known-photos.js';

/** A person or a faceset as the manifest has it. */
export interface EditedGroup {
  id: string;
  /** By these it is told who it is, should the people have got other numbers since. */
  faces: readonly FaceRef[];
}

/** What the owner of an output of photos in folders has changed by hand since it was written. */
export interface PlacedEdits {
  /** Groups whose folder has another name now. */
  renamed: { group: EditedGroup; name: string }[];
  /** Faces whose photos were taken out of a group's folder and are in no other one; `of` so many that it had. */
  removed: { group: EditedGroup; faces: FaceRef[]; of: number }[];
  /** Faces whose photos were put into the folder of another group. */
  joined: { group: EditedGroup; faces: FaceRef[] }[];
  /** Groups all of whose photos were put into the folder of another one. */
  merged: { group: EditedGroup; into: EditedGroup }[];
  /** New folders with photos of known faces. */
  founded: { folder: string; faces: FaceRef[] }[];
  /** Groups whose folder is gone. */
  emptied: EditedGroup[];
  /** Files that an earlier run has placed and that lie somewhere else now, relative to the output. */
  moved: string[];
  /** Files, or folders with some, of which it does not show who is meant: of several people, or put to several. */
  unclear: string[];
  /** Copies of the owner's own in folders, which stay there and are read once: relative to the output. */
  copies: string[];
  /** How many groups the output had. */
  groups: number;
}

/** A face of the manifest and the group that has it; null for one that is no one's. */
interface Placed {
  group: Group | null;
  face: FaceRef;
}

interface Group extends EditedGroup {
  /** As the manifest has it. */
  recorded: string;
  /** Where it is now. */
  folder: string;
  faces: (FaceRef & { files: readonly string[] })[];
}

/**
 * Reads what was changed by hand in an output of `cluster` or `refine`: photos that were moved, copied or deleted, folders that
 * were renamed, made or deleted. A photo is known by the name that it was placed with, else by its content. Of an output whose
 * last run did not come to its end nothing is said: what is missing there was not deleted by its owner.
 *
 * @param images the photos of the cache: asked for only where a file is not known by its name
 * @returns null where there is no output, or nothing can be said of it
 */
export async function readPlacedEdits(
  out: string,
  kind: PlacedKind,
  images: ImageSource,
): Promise<PlacedEdits | null> {
  const manifest = await readManifestIfThere(join(out, MANIFEST_NAMES[kind]), kind);
  const unfinished = join(out, UNFINISHED_FILE);
  if (!manifest || (await nullIfMissing(unfinished, lstat(unfinished)))) return null;
  const groups = await locatedGroups(out, manifest);
  const singletons = manifest.kind === 'cluster' ? manifest.singletons : [];
  const others = manifest.kind === 'cluster' ? singletons : manifest.rejected;
  const placed: Placed[] = [
    ...groups.flatMap((group) => group.faces.map((face) => ({ group, face }))),
    ...others.map((face) => ({ group: null, face })),
  ];
  const photos = new KnownPhotos(placed, images);

  const edits: PlacedEdits = {
    renamed: groups.flatMap((group) => {
      const { recorded, folder } = group;
      return folder === recorded || isId(basename(folder)) ? [] : [{ group, name: basename(folder) }];
    }),
    ...{ removed: [], joined: [], merged: [], founded: [], emptied: [], moved: [], unclear: [], copies: [] },
    groups: groups.length,
  };
  const byFolder = new Map(groups.map((group) => [group.folder, group]));
  const read = new Set(manifest.copies);
  const files = new Map<string, string[]>();
  for (const name of await foldersIn(out, byFolder.keys())) files.set(name, await filesIn(join(out, name)));
  const present = (folder: string) => new Set((files.get(folder) ?? []).map((name) => basename(name)));

  // Faces of photos that are not in their places any more.
  const missing = new Set<FaceRef>();
  for (const { folder, faces } of groups) for (const face of lost(faces, present(folder))) missing.add(face);
  for (const face of lost(singletons, new Set(await filesIn(join(out, SINGLETONS_FOLDER)))))
    missing.add(face);

  const joined = new Map<string, FaceRef[]>();
  for (const [folder, names] of files) {
    const group = byFolder.get(folder);
    const own = new Set(group?.faces.flatMap((face) => face.files.map((file) => basename(file))));
    for (const name of names) {
      if (own.has(basename(name)) || name.startsWith(TEMP_PREFIX) || SYSTEM_FILES.has(name)) continue;
      const path = `${folder}/${name}`;
      if (read.has(path)) {
        edits.copies.push(path);
        continue;
      }
      const photo = await photos.at(join(out, path), basename(name));
      if (!photo) continue;
      const isPlaced = photos.named(basename(name)) === photo;
      // Called otherwise, but still there.
      const renamed = photo.filter((at) => at.group === group && group && missing.has(at.face));
      for (const { face } of renamed) missing.delete(face);
      if (renamed.length > 0) {
        edits.moved.push(path);
        continue;
      }
      const elsewhere = photo.filter((at) => at.group !== group);
      const taken = elsewhere.filter(({ face }) => missing.has(face));
      // A second file of a photo that belongs here anyway says nothing of the others on it; nor does a folder of favorites.
      const isCopyOnly = taken.length === 0 && (!group || elsewhere.length < photo.length);
      if (!isPlaced || isCopyOnly) edits.copies.push(path);
      if (isCopyOnly) continue;
      const meant = taken.length > 0 ? taken : elsewhere.length === 1 ? elsewhere : [];
      if (meant.length === 0) {
        edits.unclear.push(path);
        continue;
      }
      if (isPlaced) edits.moved.push(path);
      joined.set(folder, [...(joined.get(folder) ?? []), ...meant.map(({ face }) => face)]);
    }
  }
  const unclear = facesTwice([...joined.values()]);
  for (const [folder, faces] of joined) {
    const clear = faces.filter((face) => !unclear.has(face));
    if (clear.length < faces.length) edits.unclear.push(folder);
    if (clear.length > 0) joined.set(folder, clear);
    else joined.delete(folder);
  }
  const moved = new Set([...joined.values()].flat());
  const lostBy = (group: Group) => group.faces.filter((face) => missing.has(face));
  for (const group of groups) {
    const gone = lostBy(group);
    const left = gone.filter((face) => !moved.has(face));
    const placedFaces = group.faces.filter((face) => face.files.length > 0).length;
    if (left.length === placedFaces && left.length > 0 && (await isMissing(join(out, group.folder)))) {
      edits.emptied.push(group);
    } else if (left.length > 0) edits.removed.push({ group, faces: left, of: placedFaces });
  }
  for (const [folder, faces] of joined) {
    const into = byFolder.get(folder);
    if (!into) {
      edits.founded.push({ folder, faces });
      continue;
    }
    const here = new Set(faces);
    const whole = groups.filter(
      (group) => group !== into && lostBy(group).length > 0 && group.faces.every((face) => here.has(face)),
    );
    for (const group of whole) edits.merged.push({ group, into });
    const rest = faces.filter((face) => !whole.some((group) => (group.faces as FaceRef[]).includes(face)));
    if (rest.length > 0) edits.joined.push({ group: into, faces: rest });
  }
  return edits;
}

/** Whether nothing was changed by hand. */
export function isUnedited({ groups: _, copies: __, ...edits }: PlacedEdits): boolean {
  return Object.values(edits).every((list) => list.length === 0);
}

/** Faces that were put into several folders: each of these cannot be right. */
function facesTwice(lists: readonly (readonly FaceRef[])[]): Set<FaceRef> {
  const seen = new Set<FaceRef>();
  const twice = new Set<FaceRef>();
  for (const faces of lists) {
    for (const face of new Set(faces)) (seen.has(face) ? twice : seen).add(face);
  }
  return twice;
}

/** The groups of a manifest with their folders; one whose photos were put into another's folder has no folder any more. */
async function locatedGroups(out: string, manifest: Manifests[PlacedKind]): Promise<Group[]> {
  const groups = manifest.kind === 'cluster' ? manifest.people : manifest.facesets;
  const recorded = groups.map(({ folder, faces }) => ({
    folder,
    files: faces.flatMap((face) => face.files),
  }));
  const located = await locateFolders(out, recorded);
  const homes = new Set(recorded.map(({ folder }) => folder));
  return groups.map(({ id, folder, faces }, i) => {
    const at = located[i];
    // Put into another group's folder, or into folders below its own.
    const isElsewhere = at !== folder && !homes.has(at) && !at.startsWith(`${folder}/`);
    return { id, recorded: folder, folder: isElsewhere ? at : folder, faces };
  });
}

/** Faces with photos that were placed, none of which is among the files. */
function lost(
  faces: readonly (FaceRef & { files: readonly string[] })[],
  present: ReadonlySet<string>,
): FaceRef[] {
  return faces.filter(({ files }) => files.length > 0 && !files.some((file) => present.has(basename(file))));
}

/** Folders of groups, and others that the owner may have made: directly below the output. */
async function foldersIn(out: string, known: Iterable<string>): Promise<Set<string>> {
  const entries = await readdir(out, { withFileTypes: true });
  const own = entries.filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name));
  return new Set([...known, ...own.map(({ name }) => name)]);
}

/** Files and links in a folder and in those below it, relative with `/`; none where it is not there. */
async function filesIn(folder: string): Promise<string[]> {
  const options = { withFileTypes: true, recursive: true } as const;
  const entries = (await nullIfMissing(folder, readdir(folder, options))) ?? [];
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name, parentPath }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'));
}
