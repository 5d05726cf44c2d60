import { join } from 'node:path';
import { shortEdge } from '@face-sets/quality';
import { type CacheView, cacheWith, faceBbox, faceRefOf, imageErrorsOf } from './cache-view.js';
import { MANIFEST_NAMES, writeManifest } from './manifest-file.js';
import { rounded } from './manifest-json.js';
import {
  type CacheRef,
  MANIFEST_SCHEMA_VERSION,
  namedOptions,
  type OptionValues,
  type Rejection,
} from './manifest-parts.js';
import type { LinkMode } from './materialise.js';
import {
  claimOutputFolder,
  filesOfRefineManifest,
  forgetNote,
  noteFiles,
  removeStale,
} from './output-folder.js';
import { type Placements, type Progress, placePhotos, planPhoto } from './place-photos.js';
import type { RefineManifest } from './refine-manifest.js';
import { countByCode } from './rejections.js';
import type { WrittenFolders } from './write-person-folders.js';

/**
 * What refining decided for a face: its faceset, numbered from 0, and its cosine distance to that faceset's
 * centroid; or why it is in none.
 */
export type RefineOutcome =
  | { readonly faceset: number; readonly distance: number }
  | { readonly reason: Rejection };

export interface WriteRefinedFoldersInput {
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** One per face. */
  outcomes: readonly RefineOutcome[];
  /** Output folder: new, empty, or of an earlier `refine`. */
  out: string;
  /** The options of refining, for the manifest. */
  options: OptionValues;
  /** Default `clone`. */
  link?: LinkMode;
  onProgress?: (progress: Progress) => void;
}

/**
 * Writes the output of refining: `faceset_001/…` in the order of the faceset numbers, and
 * `refine_manifest.json` with every face that is in a faceset and every one that is not. Faces of superseded
 * images are neither.
 *
 * An earlier output is updated as `writePersonFolders` does.
 *
 * @throws OutputFolderError when the folder holds something else.
 * @throws TypeError when there is not one outcome per face.
 */
export async function writeRefinedFolders(
  input: WriteRefinedFoldersInput,
): Promise<WrittenFolders<RefineManifest>> {
  const { outcomes, out } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore', 'blur');
  if (outcomes.length !== cache.faceCount) {
    throw new TypeError(
      `writeRefinedFolders: ${outcomes.length} outcomes for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const folder = await claimOutputFolder(out, 'refine', filesOfRefineManifest);
  const placements: Placements = new Map();
  const byFaceset = new Map<number, number[]>();
  const rejected: RefineManifest['rejected'] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    const outcome = outcomes[row];
    if ('faceset' in outcome) {
      const rows = byFaceset.get(outcome.faceset);
      if (rows) rows.push(row);
      else byFaceset.set(outcome.faceset, [row]);
    } else {
      rejected.push({ ...faceRefOf(cache, row), reason: outcome.reason });
    }
  }
  const numbers = [...byFaceset.keys()].sort((a, b) => a - b);
  const facesets = numbers.map((number, i) => {
    const id = `faceset_${String(i + 1).padStart(3, '0')}`;
    const rows = byFaceset.get(number) as number[];
    return {
      id,
      folder: id,
      unique_images: new Set(rows.map((row) => cache.imageIndex[row])).size,
      faces: rows.map((row) => ({
        ...faceRefOf(cache, row),
        distance: rounded((outcomes[row] as { distance: number }).distance, 6),
        quality: {
          short_edge: rounded(shortEdge(faceBbox(cache, row)), 3),
          blur: rounded(cache.blur[row], 3),
        },
        files: planPhoto(placements, id, cache.images[cache.imageIndex[row]]),
      })),
    };
  });

  await noteFiles(folder, placements.keys());
  const result = await placePhotos(folder, placements, input);
  const imageErrors = imageErrorsOf(cache);
  const manifest: RefineManifest = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'refine',
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: namedOptions(input.options),
    summary: {
      facesets: facesets.length,
      faces: facesets.reduce((sum, faceset) => sum + faceset.faces.length, 0),
      rejected: rejected.length,
      rejected_by: countByCode(rejected.map((face) => face.reason)),
      noface_images: cache.images.filter((image) => image.status === 'noface' && !image.superseded).length,
      error_images: imageErrors.length,
      files: result.files.size,
      file_errors: result.errors.length,
    },
    facesets: facesets.map((faceset) => ({
      ...faceset,
      faces: faceset.faces.map((face) => ({
        ...face,
        files: face.files.filter((file) => result.files.has(file)),
      })),
    })),
    rejected,
    image_errors: imageErrors,
    file_errors: result.errors,
  };
  const removed = await removeStale(folder, result.files);
  const manifestPath = join(out, MANIFEST_NAMES.refine);
  await writeManifest(manifestPath, 'refine', manifest);
  await forgetNote(folder);
  return { manifest, manifestPath, created: result.created, unchanged: result.unchanged, removed };
}
