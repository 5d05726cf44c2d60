import { shortEdge } from '@face-sets/quality';
import { cacheWith, faceBbox, faceRefOf } from './cache-view.js';
import { rounded } from './manifest-json.js';
import type { Rejection } from './manifest-parts.js';
import type { RefineManifest } from './refine-manifest.js';
import { countByCode } from './rejections.js';
import {
  claimPlacedFolder,
  type PlacedOutputInput,
  type WrittenFolders,
  writePlacedOutput,
} from './write-placed-output.js';

/**
 * What refining decided for a face: its faceset, numbered from 0, and its cosine distance to that faceset's
 * centroid; or why it is in none.
 */
export type RefineOutcome =
  | { readonly faceset: number; readonly distance: number }
  | { readonly reason: Rejection };

export interface WriteRefinedFoldersInput extends PlacedOutputInput {
  /** One per face. */
  outcomes: readonly RefineOutcome[];
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
  const { outcomes } = input;
  const cache = cacheWith(input.cache, 'bbox', 'detScore', 'blur');
  if (outcomes.length !== cache.faceCount) {
    throw new TypeError(
      `writeRefinedFolders: ${outcomes.length} outcomes for ${cache.faceCount} faces; expected one per face`,
    );
  }
  const folder = await claimPlacedFolder(input.out, 'refine');
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
  return writePlacedOutput(folder, input, (place) => {
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
          files: place(id, cache.images[cache.imageIndex[row]]),
        })),
      };
    });
    return {
      summary: {
        facesets: facesets.length,
        faces: facesets.reduce((sum, faceset) => sum + faceset.faces.length, 0),
        rejected: rejected.length,
        rejected_by: countByCode(rejected.map((face) => face.reason)),
      },
      groups: { facesets, rejected },
    };
  });
}
