import { findDuplicates } from '@face-sets/dedup';
import { ownJson, requireOwnFile } from '@face-sets/files';
import { type DuplicatesManifest, duplicatesPath, writeManifest } from '@face-sets/manifests';
import type { Rotation } from '@face-sets/photos';
import { decodeImage, rotateImage } from '@face-sets/photos';
import { Command } from 'commander';
import { similarityBackend } from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { addCommonOptions, type CommonOptions, cosineDistance } from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { capped, count, printResult } from '../result.js';

/** `face-sets dedup CACHE`. */
export function dedupCommand(): Command {
  const command = new Command('dedup')
    .description(
      'list the files that hold the same photo, byte for byte or to the eye, and the best of each: CACHE.duplicates.json',
    )
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces in the same place may be copies; their pixels decide',
      cosineDistance,
      0.35,
    )
    .option('--mirrored', 'find mirrored copies too');
  return addCommonOptions(command).action(async (cache: string, options: DedupOptions) => {
    const result = await dedup(cache, options);
    printResult(result, dedupLines(result), options);
  });
}

interface DedupOptions extends CommonOptions {
  threshold: number;
  mirrored?: boolean;
}

/** What `dedup` reports. */
interface DedupResult {
  /** The file that lists the duplicates. */
  path: string;
  summary: DuplicatesManifest['summary'];
  problems: DuplicatesManifest['problems'];
}

async function dedup(cachePath: string, options: DedupOptions): Promise<DedupResult> {
  const { threshold, mirrored = false } = options;
  const path = duplicatesPath(cachePath);
  await requireOwnFile(path, ownJson('duplicates'));
  const file = await cacheFile(cachePath);
  const cache = await readCache(cachePath, ['embedding', 'bbox', 'blur']);
  const progress = startProgress('Comparing', 'photos', { quiet: options.quiet ?? false });
  try {
    const manifest = await findDuplicates({
      cache,
      cacheFile: file,
      threshold,
      mirrored,
      similarity: similarityBackend(),
      decode: async (photo, { longSide, rotation }) =>
        rotateImage((await decodeImage(photo, { longSide })).image, rotation as Rotation),
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    await writeManifest(path, 'duplicates', manifest);
    const { summary, problems } = manifest;
    progress.finish(`Compared ${count(summary.photos, 'photo')}`);
    return { path, summary, problems };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

function dedupLines({ path, summary, problems }: DedupResult): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${path}: duplicates among ${count(summary.photos, 'photo')}`,
    `The same bytes: ${count(summary.identical_copies, 'copy', 'copies')} of ${count(summary.identical_groups, 'photo')}, ${megabytes(summary.identical_bytes)}`,
    `Near-duplicates: ${count(summary.near_copies, 'copy', 'copies')} of ${count(summary.near_groups, 'photo')}, ${megabytes(summary.near_bytes)}`,
    ...(problems.length > 0 ? [`${count(problems.length, 'file')} could not be compared:`] : []),
    ...capped(problems.map(({ message }) => `  ${message}`)),
  ];
}
