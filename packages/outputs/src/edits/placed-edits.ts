import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nullIfMissing, TEMP_PREFIX, UNFINISHED_FILE } from '@face-sets/files';
import {
  type FaceRef,
  facesetNumber,
  MANIFEST_NAMES,
  type Manifests,
  type PlacedKind,
  personNumber,
  readManifestIfThere,
} from '@face-sets/manifests';
import { locateFolders, SINGLETONS_FOLDER } from '../folders/locate-folders.js';
import { SYSTEM_FILES } from '../folders/output-folder.js';
import { type ImageSource, KnownPhotos } from './known-photos.js';

/** What the owner of an output of photos in folders has changed by hand since it was written. Groups are meant by their ids. */
export interface PlacedEdits {
  /** Groups whose folder has another name now. */
  renamed: { id: string; name: string }[];
  /** Faces whose photos were taken out of a group's folder and are in no other one. */
  removed: { id: string; faces: FaceRef[]; of: number }[];
  /** Faces whose photos were put into the folder of another group. */
  joined: { id: string; faces: FaceRef[] }[];
  /** Groups all of whose photos were put into the folder of another one. */
  merged: { id: string; into: string }[];
  /** New folders with photos of known faces. */
  founded: { folder: string; faces: FaceRef[] }[];
  /** Groups with a folder that is gone, or of which nothing is left. */
  emptied: string[];
  /** Files that an earlier run has placed and that lie somewhere else now, relative to the output. */
  moved: string[];
  /** Photos of several people, put where it does not show who of them is meant; relative to the output. */
  unclear: string[];
  /** How many groups the output had. */
  groups: number;
}

/** A face of the manifest and the group that has it; null for one that is no one's. */
interface Placed {
  group: Group | null;
  face: FaceRef;
}

interface Group {
  id: string;
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
    renamed: groups.flatMap(({ id, recorded, folder }) =>
      folder === recorded || isId(basename(folder)) ? [] : [{ id, name: basename(folder) }],
    ),
    ...{ removed: [], joined: [], merged: [], founded: [], emptied: [], moved: [], unclear: [] },
    groups: groups.length,
  };
  const byFolder = new Map(groups.map((group) => [group.folder, group]));
  const files = new Map<string, string[]>();
  for (const name of await foldersIn(out, byFolder.keys())) files.set(name, await filesIn(join(out, name)));
  const present = (folder: string) => new Set(files.get(folder) ?? []);

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
      if (own.has(name) || name.startsWith(TEMP_PREFIX) || SYSTEM_FILES.has(name)) continue;
      const photo = photos.named(name) ?? (await photos.ofContent(join(out, folder, name)));
      if (!photo) continue;
      // Called otherwise, but still there.
      const renamed = photo.filter((at) => at.group === group && group && missing.has(at.face));
      for (const { face } of renamed) missing.delete(face);
      if (renamed.length > 0) {
        edits.moved.push(`${folder}/${name}`);
        continue;
      }
      const elsewhere = photo.filter((at) => at.group !== group);
      const taken = elsewhere.filter(({ face }) => missing.has(face));
      const meant = taken.length > 0 ? taken : elsewhere.length === 1 ? elsewhere : [];
      if (meant.length === 0) {
        if (elsewhere.length > 1) edits.unclear.push(`${folder}/${name}`);
        continue;
      }
      if (photos.named(name)) edits.moved.push(`${folder}/${name}`);
      joined.set(folder, [...(joined.get(folder) ?? []), ...meant.map(({ face }) => face)]);
    }
  }
  const moved = new Set([...joined.values()].flat());
  const lostBy = (group: Group) => group.faces.filter((face) => missing.has(face));
  for (const group of groups) {
    const gone = lostBy(group);
    const left = gone.filter((face) => !moved.has(face));
    const placedFaces = group.faces.filter((face) => face.files.length > 0).length;
    if (gone.length === 0) continue;
    if (left.length === placedFaces) edits.emptied.push(group.id);
    else if (left.length > 0) edits.removed.push({ id: group.id, faces: left, of: placedFaces });
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
    for (const { id } of whole) edits.merged.push({ id, into: into.id });
    const rest = faces.filter((face) => !whole.some((group) => (group.faces as FaceRef[]).includes(face)));
    if (rest.length > 0) edits.joined.push({ id: into.id, faces: rest });
  }
  return edits;
}

/** Whether nothing was changed by hand. */
export function isUnedited({ groups: _, unclear: __, ...edits }: PlacedEdits): boolean {
  return Object.values(edits).every((list) => list.length === 0);
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
    return { id, recorded: folder, folder: at !== folder && homes.has(at) ? folder : at, faces };
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

/** Names of the files and links in a folder; none where it is not there. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = (await nullIfMissing(folder, readdir(folder, { withFileTypes: true }))) ?? [];
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

function isId(name: string): boolean {
  return personNumber(name) > 0 || facesetNumber(name) > 0;
}
