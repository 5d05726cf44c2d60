import type { SwapBundle, SwapExported, SwapFacesetManifest } from '@face-sets/manifests';
import type { BuildContext, ExportedFace } from '../selection/build-context.js';
import type { FacesetToWrite } from './format.js';
import { fsz } from './fsz.js';
import { facesetFormats } from './registry.js';

/** What {@link writeFacesetFormats} wrote, as the faceset's manifest lists it. */
export interface WrittenFormats {
  bundles: SwapBundle[];
  exports: SwapExported[];
}

/**
 * Ranks of the faces that stand for the person in the formats other than `fsz`: those of the largest bundle that does not
 * hold all faces.
 */
export function formatRanks({ selections }: Pick<SwapFacesetManifest['drift'], 'selections'>): number[] {
  return (selections.at(-2) ?? selections.at(-1))?.ranks ?? [];
}

/**
 * Writes the formats of the options that belong in the faceset's folder.
 *
 * @param stem What files that are named after the person begin with.
 * @param faces At least one, best first.
 */
export async function writeFacesetFormats(
  folder: string,
  stem: string,
  faces: readonly ExportedFace[],
  { selections }: SwapFacesetManifest['drift'],
  { cache, finder, options, signal }: BuildContext,
): Promise<WrittenFormats> {
  const faceset: FacesetToWrite = {
    folder,
    stem,
    faces: faces.map(({ planned, file }) => ({ row: planned.ref.row, file })),
    selections,
    ranks: formatRanks({ selections }),
    cache,
    finder,
    options,
    signal,
  };
  const bundles: SwapBundle[] = [];
  const exports: SwapExported[] = [];
  for (const format of facesetFormats(options.formats)) {
    const written = await format.write(faceset);
    bundles.push(...(written.bundles ?? []));
    if (written.exported) exports.push({ format: format.name, ...written.exported });
  }
  return { bundles, exports };
}

/**
 * Files of a faceset's formats by their names, and what they are called once the person is.
 *
 * @param stem What files that are named after the person begin with from now on.
 */
export function renamedFormatFiles(
  { bundles, exports, drift }: Pick<SwapFacesetManifest, 'bundles' | 'exports' | 'drift'>,
  stem: string,
): Map<string, string> {
  const renamed = new Map<string, string>();
  const listed = [{ format: fsz.name, files: bundles.map(({ file }) => file) }, ...exports];
  for (const { format, files } of listed) {
    const [known] = facesetFormats([format]);
    const names = known?.filesOfPerson?.(stem, drift.selections);
    files.forEach((file, i) => {
      renamed.set(file, names?.[i] ?? file);
    });
  }
  return renamed;
}
