import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import type { FacesetTraits, RefineManifest } from '@face-sets/manifests';
import { CACHE_FILE, drawnFaceFinder, makeCache, type PhotoOfTest } from '@face-sets/testing';
import { type ExportSwapInput, type ExportSwapResult, exportSwap } from '../src/index.js';

/** A faceset of a made-up refine manifest. */
export interface RefinedFaces extends FacesetTraits {
  id: string;
  rows: readonly number[];
}

/** People who can be exported quickly: a small face on each of their small photos. */
export interface SmallCollection {
  cache: CacheView;
  finder: ReturnType<typeof drawnFaceFinder>;
  /** Rows of each person's faces, by number; the `n`-th photo of person 0 is `photos/0/n.png`. */
  rowsOf: number[][];
  out: string;
  /** Exports facesets; with `merge` they join what is there. */
  export(facesets: readonly RefinedFaces[], more?: Partial<ExportSwapInput>): Promise<ExportSwapResult>;
}

/** Options with which small photos make facesets. */
export const SMALL = {
  topN: 2,
  outSize: 64,
  minFaceShort: 30,
  minFaces: 2,
  minEraFaces: 3,
  duplicateThreshold: 0,
  verifySizes: [640],
};

/** @param counts Photos of each of up to five people. */
export async function smallCollection(root: string, counts: readonly number[]): Promise<SmallCollection> {
  const photos = counts.flatMap((count, who) =>
    Array.from({ length: count }, (_, n): PhotoOfTest => {
      const [x, y] = [40 + 3 * n, 30 + 2 * who];
      return {
        path: join(root, 'photos', String(who), `${n}.png`),
        width: 140,
        height: 120,
        faces: [{ who, bbox: [x, y, x + 40, y + 48], detScore: 0.9 - n / 100, turn: 2 * n }],
      };
    }),
  );
  const cache = await makeCache(photos);
  const finder = drawnFaceFinder();
  let next = 0;
  const rowsOf = counts.map((count) => Array.from({ length: count }, () => next++));
  const out = join(root, 'swap');
  return {
    cache,
    finder,
    rowsOf,
    out,
    export: (facesets, more = {}) =>
      exportSwap({
        cache,
        cacheFile: CACHE_FILE,
        refine: refineOf(cache, facesets),
        refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
        out,
        finder,
        ...more,
        options: { ...SMALL, ...more.options },
      }),
  };
}

/** A refine manifest as other steps make them up. */
function refineOf(cache: CacheView, facesets: readonly RefinedFaces[]): RefineManifest {
  return {
    schema_version: 1,
    kind: 'refine',
    cache: { ...CACHE_FILE, faces: cache.faceCount, images: cache.images.length },
    options: {},
    summary: {
      facesets: facesets.length,
      faces: facesets.reduce((sum, { rows }) => sum + rows.length, 0),
      rejected: 0,
      rejected_by: {},
      noface_images: 0,
      error_images: 0,
      files: 0,
      file_errors: 0,
    },
    facesets: facesets.map(({ rows, ...faceset }) => ({
      ...faceset,
      folder: faceset.id,
      unique_images: rows.length,
      faces: rows.map((row) => {
        const image = cache.images[cache.imageIndex[row]];
        const [x1, y1, x2, y2] = cache.bbox!.subarray(row * 4, row * 4 + 4);
        return {
          row,
          sha256: image.sha256,
          source: image.path,
          aliases: [...image.pathAliases],
          bbox: [x1, y1, x2, y2] as [number, number, number, number],
          det_score: cache.detScore![row],
          distance: 0.1,
          quality: { short_edge: x2 - x1, blur: 200 },
          files: [],
        };
      }),
    })),
    rejected: [],
    image_errors: [],
    file_errors: [],
  };
}
