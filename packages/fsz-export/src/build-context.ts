import type { FaceFinder } from './face-finder.js';
import type { ExportCache, PlannedFace } from './plan-faceset.js';
import type { SwapCrop } from './swap-manifest.js';
import type { ResolvedSwapOptions } from './swap-options.js';

/** What `buildFaceset` needs beside the plan. */
export interface BuildContext {
  cache: ExportCache;
  finder: FaceFinder;
  options: ResolvedSwapOptions;
  /** The owner's name, or null. */
  name: string | null;
  /** Called when a face is done. */
  onFace: () => void;
  signal?: AbortSignal;
}

/** A face of the finished faceset, in rank order. */
export interface ExportedFace {
  planned: PlannedFace;
  crop: SwapCrop;
  /** Raw embedding of the face as it is found in its crop. */
  embedding: Float32Array;
  /** Relative to the faceset's folder. */
  file: string;
}
