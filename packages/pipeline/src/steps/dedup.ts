import { DEDUP_THRESHOLD, findDuplicates } from '@face-sets/dedup';
import { ownJson, requireOwnFile } from '@face-sets/files';

import { type DuplicatesManifest, duplicatesPath, writeManifest } from '@face-sets/manifests';
import { decodeImage, type Rotation, rotateImage } from '@face-sets/photos';
import { similarityBackend } from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { cacheFile, readCache } from '../shared/read-cache.js';

/** Options of {@link dedup}. */
export interface DedupOptions extends StepOptions {
  /** Cosine distance up to which faces in the same place may be copies; their pixels decide. @default 0.35 */
  threshold?: number;
  /** Find mirrored copies too. Default false. */
  mirrored?: boolean;
}

/** What `dedup` reports. */
export interface DedupResult {
  /** The file that lists the duplicates. */
  path: string;
  summary: DuplicatesManifest['summary'];
  problems: DuplicatesManifest['problems'];
}

/**
 * Lists the files that hold the same photo, byte for byte or to the eye, and the best of each, beside the cache.
 *
 * @throws ForeignFileError where something else has the list's name
 */
export async function dedup(cachePath: string, options: DedupOptions = {}): Promise<DedupResult> {
  const { threshold = DEDUP_THRESHOLD, mirrored = false } = options;
  const path = duplicatesPath(cachePath);
  await requireOwnFile(path, ownJson('duplicates'));
  const file = await cacheFile(cachePath);
  const cache = await readCache(cachePath, ['embedding', 'bbox', 'blur']);
  warnOfForeignThresholds(cache.meta.models, options, ['threshold']);
  return inStage(options, 'Comparing', 'photos', async (stage) => {
    const manifest = await findDuplicates({
      cache,
      cacheFile: file,
      threshold,
      mirrored,
      similarity: similarityBackend(),
      signal: options.signal,
      decode: async (photo, { longSide, rotation }) =>
        rotateImage((await decodeImage(photo, { longSide })).image, rotation as Rotation),
      onProgress: stage.onItems,
    });
    options.signal?.throwIfAborted();
    await writeManifest(path, 'duplicates', manifest);
    const { summary, problems } = manifest;
    const result = { path, summary, problems };
    return { result, summary: `Compared ${count(summary.photos, 'photo')}` };
  });
}
