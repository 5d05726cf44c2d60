import type { SwapCrop } from '@face-sets/manifests';
import type { FaceFinder } from '../crops/face-finder.js';
import type { ResolvedSwapOptions } from '../formats/swap-options.js';
import type { ExportCache } from './export-cache.js';
import type { PlannedFace } from './plan-faceset.js';

/** What `buildFaceset` needs beside the plan. */
export interface BuildContext {
  cache: ExportCache;
  finder: FaceFinder;
  options: ResolvedSwapOptions;
  /** Who it is; null where nobody has said. The names of the bundles begin with it. */
  name: string | null;
  /** What is to be in `NAME.txt`: the owner's text, or null for the label or id; undefined: the file is not written. */
  nameFile: Uint8Array | null | undefined;
  /** Called when a face is done. */
  onFace: () => void;
  signal?: AbortSignal;
  /** Crops that were made before, by `faceKey`: those that are still right are not cut again. */
  crops?: ReadonlyMap<string, EarlierCrop>;
}

/** A crop of a faceset that was exported before, with the same options for crops. */
export interface EarlierCrop {
  /** The PNG. */
  path: string;
  crop: SwapCrop;
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
