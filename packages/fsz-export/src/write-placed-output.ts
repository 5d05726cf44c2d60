import { join } from 'node:path';
import { type CacheImage, type CacheView, imageErrorsOf } from './cache-view.js';
import { MANIFEST_NAMES, type Manifests, readManifest, writeManifest } from './manifest-file.js';
import { type CacheRef, MANIFEST_SCHEMA_VERSION, namedOptions, type OptionValues } from './manifest-parts.js';
import type { LinkMode } from './materialise.js';
import { claimOutputFolder, forgetNote, noteFiles, type OutputFolder, removeStale } from './output-folder.js';
import { type Placements, type Progress, placePhotos, planPhoto } from './place-photos.js';
import type { PlacedKind } from './placed-manifest.js';

/** What every step that places photos takes. */
export interface PlacedOutputInput {
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** Output folder: new, empty, or of an earlier run of the same step. */
  out: string;
  /** The options of the step, for the manifest. */
  options: OptionValues;
  /** Default `clone`. */
  link?: LinkMode;
  onProgress?: (progress: Progress) => void;
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

/** Takes a folder for photos in folders; see {@link claimOutputFolder}. */
export async function claimPlacedFolder<K extends PlacedKind>(
  out: string,
  kind: K,
): Promise<PlacedFolder<K>> {
  const filesOf = async (path: string) => filesOfManifest(await readManifest(path, kind));
  return { ...(await claimOutputFolder(out, kind, filesOf)), kind };
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
  const { cache } = input;
  const placements: Placements = new Map();
  const lists: string[][] = [];
  const { summary, groups } = compose((name, image) => {
    const files = planPhoto(placements, name, image);
    lists.push(files);
    return files;
  });

  await noteFiles(folder, placements.keys());
  const result = await placePhotos(folder, placements, input);
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
  await forgetNote(folder);
  return { manifest, manifestPath, created: result.created, unchanged: result.unchanged, removed };
}
