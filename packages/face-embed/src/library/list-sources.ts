import { basename } from 'node:path';
import { type ListedPhoto, listPhotos, type SideFileKind } from '@face-sets/photos';
import type { EmbedLibraryOptions } from './embed-options.js';
import type { EmbedSummary } from './embed-summary.js';

/**
 * Stage 1 of `embedLibrary`: lists every photo below the sources, each once although sources may overlap, until the run is
 * aborted. What is left out is counted in the summary.
 */
export async function* listSources(
  sources: readonly string[],
  options: EmbedLibraryOptions,
  summary: EmbedSummary,
): AsyncGenerator<ListedPhoto> {
  const seen = new Set<string>();
  const photos = listPhotos(sources, {
    exclude: options.exclude,
    shard: options.shard,
    includeHidden: options.includeHidden,
    onSideFile: (left) => countSideFile(summary.sideFiles, left),
    onPassedOver: ({ extension }) => {
      summary.passedOver[extension] = (summary.passedOver[extension] ?? 0) + 1;
    },
    onCompanion: () => summary.companions++,
    onProblem: (problem) => summary.problems.push(problem),
    onOwnOutput: (folder) => summary.ownOutputs.push(folder),
  });
  for await (const photo of photos) {
    if (options.signal?.aborted) return;
    if (seen.has(photo.path)) continue;
    seen.add(photo.path);
    yield photo;
  }
}

function countSideFile(
  counts: EmbedSummary['sideFiles'],
  { path, kind, isFolder }: { path: string; kind: SideFileKind; isFolder: boolean },
): void {
  const of = counts[kind] ?? { folders: 0, files: 0, example: basename(path) };
  counts[kind] = of;
  if (isFolder) of.folders++;
  else of.files++;
}
