import { basename, join } from 'node:path';
import type { CacheImage, CacheView } from '@face-sets/cache-npz';
import {
  type CacheRef,
  facesetNumber,
  imageErrorsOf,
  MANIFEST_NAMES,
  MANIFEST_SCHEMA_VERSION,
  type Manifests,
  namedOptions,
  type OptionValues,
  type PlacedKind,
  personNumber,
  readManifest,
  writeManifest,
} from '@face-sets/manifests';
import { locateFolders, type RecordedFolder } from './locate-folders.js';
import type { LinkMode } from './materialize.js';
import {
  claimOutputFolder,
  type OutputFolder,
  releaseOutputFolder,
  removeInProgressList,
  removeStale,
  writeInProgressList,
} from './output-folder.js';
import { type Placements, type Progress, placePhotos, planPhoto } from './place-photos.js';

/** What every step that places photos takes. */
export interface PlacedOutputInput {
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** Output folder: new, empty, or of an earlier run of the same step. */
  out: string;
  /** The options of the step, for the manifest. */
  options: OptionValues;
  /** Folders that their owner has renamed since the last run get their names back. Default false: they keep the new ones. */
  restoreFolders?: boolean;
  /** Files of earlier runs that their owner has moved, relative to the output: they are removed, or stay where they are right. */
  moved?: readonly string[];
  /** Copies of the owner's own that were read, for the manifest. */
  copies?: readonly string[];
  /** Digest of who is who, for the manifest; see `outputIsCurrent`. Default: it is not known. */
  peopleSha256?: string;
  /** Default `clone`. */
  link?: LinkMode;
  onProgress?: (progress: Progress) => void;
  /** Stops the work while photos are placed; what it has placed is removed again. */
  signal?: AbortSignal;
}

/** What a run wrote. */
export interface WrittenFolders<Manifest> {
  manifest: Manifest;
  manifestPath: string;
  /** Files that are new or were replaced. */
  created: number;
  /** Files that were there already. */
  unchanged: number;
  /** Files of earlier runs that are no longer wanted. */
  removed: number;
}

type CommonField =
  | 'schema_version'
  | 'kind'
  | 'cache'
  | 'people_sha256'
  | 'copies'
  | 'options'
  | 'summary'
  | 'image_errors'
  | 'file_errors';
type CommonCount = 'noface_images' | 'error_images' | 'files' | 'file_errors';

/** What a manifest of one kind has besides that which {@link writePlacedOutput} knows. */
export interface OwnContent<K extends PlacedKind> {
  summary: Omit<Manifests[K]['summary'], CommonCount>;
  groups: Omit<Manifests[K], CommonField>;
}

/**
 * Places a photo into a folder of the output once for each of its paths. The list of their names, relative to the
 * output, gets shorter when they are placed, by those which could not be.
 */
export type PlacePhoto = (folder: string, image: CacheImage) => string[];

/** The folder of an output of placed photos, as `claimOutputFolder` gives it. */
export type PlacedFolder<K extends PlacedKind> = OutputFolder & { readonly kind: K };

/** A folder for photos in folders, and where its groups are by now. */
export interface ClaimedFolder<K extends PlacedKind> {
  folder: PlacedFolder<K>;
  /** The manifest of the earlier run, where there is one. */
  manifest: Manifests[K] | null;
  /** The folder of each group of that manifest, by id; see `locateFolders`. */
  folderOf: ReadonlyMap<string, string>;
}

/** The folder of a group: where its owner has put it, else as the manifest has it, else that of its id. */
export function folderFor<K extends PlacedKind>(
  { manifest, folderOf }: ClaimedFolder<K>,
  id: string,
  restore = false,
): string {
  if (!restore) return folderOf.get(id) ?? id;
  const groups = manifest ? recordedFolders(manifest) : [];
  return groups.find((group) => group.id === id)?.folder ?? id;
}

/**
 * Takes a folder for photos in folders; see {@link claimOutputFolder}. Where its owner has renamed the folders of groups,
 * what was placed into them is ours still.
 */
export async function claimPlacedFolder<K extends PlacedKind>(
  out: string,
  kind: K,
): Promise<ClaimedFolder<K>> {
  let manifest: Manifests[K] | null = null;
  const claimed = await claimOutputFolder(out, kind, async (path) => {
    manifest = await readManifest(path, kind);
    return filesOfManifest(manifest);
  });
  const groups = manifest === null ? [] : recordedFolders(manifest);
  const located = await locateFolders(out, groups);
  const owned = new Set(claimed.owned);
  for (const [at, { folder, files }] of groups.entries()) {
    if (located[at] === folder) continue;
    for (const file of files) owned.add(`${located[at]}/${basename(file)}`);
  }
  return {
    folder: { ...claimed, kind, owned },
    manifest,
    folderOf: new Map(groups.map(({ id }, at) => [id, isId(located[at]) ? id : located[at]])),
  };
}

/** Whether a folder is called as a group is: no name that an owner would give, and perhaps that of another group. */
export function isId(folder: string): boolean {
  return personNumber(folder) > 0 || facesetNumber(folder) > 0;
}

/** The folders of a manifest's groups. */
function recordedFolders(manifest: Manifests[PlacedKind]): (RecordedFolder & { id: string })[] {
  const groups = manifest.kind === 'cluster' ? manifest.people : manifest.facesets;
  return groups.map(({ id, folder, faces }) => ({ id, folder, files: faces.flatMap(({ files }) => files) }));
}

/** The files that a manifest lists. */
export function filesOfManifest(manifest: Manifests[PlacedKind]): string[] {
  const entries =
    manifest.kind === 'cluster'
      ? [...manifest.people.flatMap(({ faces }) => faces), ...manifest.singletons, ...manifest.noface]
      : manifest.facesets.flatMap(({ faces }) => faces);
  return entries.flatMap(({ files }) => files);
}

/**
 * Writes an output of photos in folders: places what `compose` asks for, removes what earlier runs placed and no one
 * asks for any more, and writes the manifest last, so that an interrupted run is taken up by the next one.
 *
 * @param folder As claimed.
 * @param compose Says what there is to write; it must not start anything that it cannot undo by itself.
 */
export async function writePlacedOutput<K extends PlacedKind>(
  folder: PlacedFolder<K>,
  input: Omit<PlacedOutputInput, 'out'>,
  compose: (place: PlacePhoto) => OwnContent<K>,
): Promise<WrittenFolders<Manifests[K]>> {
  const { cache, moved = [] } = input;
  if (moved.length > 0) folder = { ...folder, owned: new Set([...folder.owned, ...moved]) };
  const placements: Placements = new Map();
  const lists: string[][] = [];
  const { summary, groups } = compose((name, image) => {
    const files = planPhoto(placements, name, image);
    lists.push(files);
    return files;
  });

  await writeInProgressList(folder, placements.keys());
  const result = await placePhotos(folder, placements, input).catch(async (error) => {
    if (input.signal?.aborted) await releaseOutputFolder(folder);
    throw error;
  });
  for (const files of lists) {
    files.splice(0, files.length, ...files.filter((file) => result.files.has(file)));
  }
  const imageErrors = imageErrorsOf(cache);
  const manifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: folder.kind,
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    ...(input.copies?.length ? { copies: [...input.copies].sort() } : {}),
    ...(input.peopleSha256 === undefined ? {} : { people_sha256: input.peopleSha256 }),
    options: namedOptions(input.options),
    summary: {
      ...summary,
      noface_images: cache.images.filter((image) => image.status === 'noface' && !image.superseded).length,
      error_images: imageErrors.length,
      files: result.files.size,
      file_errors: result.errors.length,
    },
    ...groups,
    image_errors: imageErrors,
    file_errors: result.errors,
  } as unknown as Manifests[K];
  const removed = await removeStale(folder, result.files);
  const manifestPath = join(folder.root, MANIFEST_NAMES[folder.kind]);
  await writeManifest(manifestPath, folder.kind, manifest);
  await removeInProgressList(folder);
  return { manifest, manifestPath, created: result.created, unchanged: result.unchanged, removed };
}
