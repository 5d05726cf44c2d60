import type { CacheView } from './cache-view.js';
import type { FaceFinder } from './face-finder.js';
import type { CacheRef } from './manifest-parts.js';
import type { RefineManifest } from './refine-manifest.js';
import type { SwapManifest } from './swap-manifest.js';

/** Options of {@link exportSwap}. */
export interface ExportSwapOptions {
  /** Sizes of the small bundles, each the best so many faces; default 30. */
  topN?: number | readonly number[];
  /** A face farther than this from its faceset's centroid (cosine distance) is rejected; default 0.45. */
  outlierThreshold?: number;
  /** Padding on each side of the bbox as a share of its longer side; default 0.5. */
  padRatio?: number;
  /** Side of a crop in pixels; default 512. */
  outSize?: number;
  /** A face whose bbox has a shorter side than this (pixels) is rejected; default 100. */
  minFaceShort?: number;
  /** A faceset of fewer faces goes to `_thin/`; default 3. */
  minFaces?: number;
  /** Detector sizes at which a crop must show exactly one face; default `[640]`, roop's own. */
  verifySizes?: readonly number[];
  /** A face that has moved farther than this (cosine distance) in its crop is rejected; default 0.35. */
  maxCropDistance?: number;
  /** Photos worked on at the same time; default 2. */
  concurrency?: number;
}

/** How far {@link exportSwap} has come. */
export interface ExportProgress {
  /** Facesets that are done. */
  facesets: number;
  totalFacesets: number;
  /** Faces that are done, cropped or rejected. */
  faces: number;
  totalFaces: number;
}

export interface ExportSwapInput {
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  refine: RefineManifest;
  /** Where the refine manifest is and its SHA-256, for the manifest. */
  refineFile: { path: string; sha256: string };
  /** Output folder: new, empty, or of an earlier `export-swap`. */
  out: string;
  finder: FaceFinder;
  options?: ExportSwapOptions;
  onProgress?: (progress: ExportProgress) => void;
}

/** What {@link exportSwap} did. */
export interface ExportSwapResult {
  manifest: SwapManifest;
  manifestPath: string;
  /** Ids of facesets that were made anew. */
  written: string[];
  /** Ids of facesets that were right already. */
  unchanged: string[];
  /** Folders of earlier runs that were removed. */
  removed: string[];
}

/** Exports every faceset of a refine manifest for face swapping. */
export async function exportSwap(_input: ExportSwapInput): Promise<ExportSwapResult> {
  throw new Error('exportSwap is being written');
}
