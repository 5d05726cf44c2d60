import { join } from 'node:path';
import { type CacheView, cacheWith, faceRefOf, imageErrorsOf, photoRefOf } from './cache-view.js';
import type { ClusterManifest } from './cluster-manifest.js';
import { MANIFEST_NAMES, writeManifest } from './manifest-file.js';
import { type CacheRef, MANIFEST_SCHEMA_VERSION, namedOptions, type OptionValues } from './manifest-parts.js';
import type { LinkMode } from './materialise.js';
import {
  claimOutputFolder,
  filesOfClusterManifest,
  forgetNote,
  noteFiles,
  removeStale,
} from './output-folder.js';
import { type Placements, type Progress, placePhotos, planPhoto } from './place-photos.js';

export interface WritePersonFoldersInput {
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** A label per face; equal labels are one person. Negative: the face takes no part. */
  labels: ArrayLike<number>;
  /** Output folder: new, empty, or of an earlier `cluster`. */
  out: string;
  /** The options of the clustering, for the manifest. */
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
  const { labels, out } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore');
  if (labels.length !== cache.faceCount) {
    throw new TypeError(
      `writePersonFolders: ${labels.length} labels for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const folder = await claimOutputFolder(out, 'cluster', filesOfClusterManifest);
  const placements: Placements = new Map();
  const placed = (row: number, name: string) => ({
    ...faceRefOf(cache, row),
    files: planPhoto(placements, name, cache.images[cache.imageIndex[row]]),
  });

  const clusters = rowsByLabel(cache, labels);
  const persons = clusters.filter((rows) => rows.length > 1);
  const people = persons.map((rows, i) => {
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
    .map((image) => ({ ...photoRefOf(image), files: planPhoto(placements, '_noface', image) }));

  await noteFiles(folder, placements.keys());
  const result = await placePhotos(folder, placements, input);
  const keepPlaced = <T extends { files: string[] }>(entry: T): T => ({
    ...entry,
    files: entry.files.filter((file) => result.files.has(file)),
  });
  const imageErrors = imageErrorsOf(cache);
  const manifest: ClusterManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'cluster',
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: namedOptions(input.options),
    summary: {
      people: people.length,
      faces: people.reduce((sum, person) => sum + person.faces.length, 0),
      singletons: singletons.length,
      noface_images: noface.length,
      error_images: imageErrors.length,
      files: result.files.size,
      file_errors: result.errors.length,
    },
    people: people.map((person) => ({ ...person, faces: person.faces.map(keepPlaced) })),
    singletons: singletons.map(keepPlaced),
    noface: noface.map(keepPlaced),
    image_errors: imageErrors,
    file_errors: result.errors,
  };
  const removed = await removeStale(folder, result.files);
  const manifestPath = join(out, MANIFEST_NAMES.cluster);
  await writeManifest(manifestPath, 'cluster', manifest);
  await forgetNote(folder);
  return { manifest, manifestPath, created: result.created, unchanged: result.unchanged, removed };
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
