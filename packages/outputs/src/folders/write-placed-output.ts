import { basename, join } from 'node:path';
import type { CacheImage, CacheView } from '@face-sets/cache-npz';
import {
  type CacheRef,
  imageErrorsOf,
  MANIFEST_NAMES,
  MANIFEST_SCHEMA_VERSION,
  type Manifests,
  namedOptions,
  type OptionValues,
  type PlacedKind,
  readManifest,
  readManifestIfThere,
  writeManifest,
} from '@face-sets/manifests';
import { KeptNumbersError } from '../errors.js';
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
  /**
   * Whether an output may be renumbered although its numbers must be kept, as it was extended or its owner has
   * renamed folders; default false: refused.
   */
  recluster?: boolean;
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
    folderOf: new Map(groups.map(({ id }, at) => [id, located[at]])),
  };
}

/**
 * Why an output must keep its numbers: it has been extended, or its owner has renamed folders. Null where neither is the
 * case, or there is no output.
 */
export async function whyNumbersAreKept(out: string, kind: PlacedKind): Promise<string | null> {
  const manifest = await readManifestIfThere(join(out, MANIFEST_NAMES[kind]), kind);
  if (manifest === null) return null;
  const groups = recordedFolders(manifest);
  const located = await locateFolders(out, groups);
  return reasonToKeep(manifest, new Map(groups.map(({ id }, at) => [id, located[at]])));
}

/**
 * Refuses to renumber what an owner relies on; see {@link whyNumbersAreKept}.
 *
 * @throws KeptNumbersError
 */
export function requireFreeNumbers<K extends PlacedKind>({
  folder,
  manifest,
  folderOf,
}: ClaimedFolder<K>): void {
  const why = manifest && reasonToKeep(manifest, folderOf);
  if (why) throw keptNumbers(folder.root, folder.kind, why);
}

/**
 * {@link requireFreeNumbers} before the work: by the path of an output.
 *
 * @throws KeptNumbersError
 */
export async function requireNumbersFree(out: string, kind: PlacedKind): Promise<void> {
  const why = await whyNumbersAreKept(out, kind);
  if (why) throw keptNumbers(out, kind, why);
}

function keptNumbers(out: string, kind: PlacedKind, why: string): KeptNumbersError {
  return new KeptNumbersError(
    `the output ${out} ${why}: extend it to add photos, or set recluster to start over`,
    out,
    kind,
  );
}

function reasonToKeep(manifest: Manifests[PlacedKind], folderOf: ReadonlyMap<string, string>): string | null {
  const renamed = recordedFolders(manifest).find(({ id, folder }) => folderOf.get(id) !== folder);
  if (renamed) {
    return `has folders that were renamed (${renamed.folder} is now ${folderOf.get(renamed.id)}), and would be renumbered`;
  }
  return manifest.extended ? 'has been extended, and would be renumbered' : null;
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
  input: Omit<PlacedOutputInput, 'out' | 'recluster'>,
  compose: (place: PlacePhoto) => OwnContent<K>,
): Promise<WrittenFolders<Manifests[K]>> {
  const { cache } = input;
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
